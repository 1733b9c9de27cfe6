"""Generation of titles in one or two directions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import keras
import numpy as np
from keras import ops

from ...data.decoding_constants import NO_HYPOTHESIS
from ...data.examples import TitleExample
from ...data.length_batching import batch_by_length, pad_sources
from ...generation import Beams, BidirectionalBeams, JoinedBeams, SearchOptions, to_left_to_right
from ...generation.compile_loop import resolve_jit_compile
from ...layers.direction_fusion import DirectionFusion, Kind
from ..encoder import BidirectionalContext, Encoder
from ..task import Task
from ..unilm import UniLM
from .search_tree import SearchNode, search_tree
from .title_decoder import TitleDecoder
from .title_preprocessor import TitlePreprocessor
from .title_training_data import DECODERS, LEAKAGE_GUARDS, Decoder, LeakageGuard, TitleTrainingData

Direction = Literal["left_to_right", "right_to_left", "from_both_ends"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


@dataclass(frozen=True, slots=True)
class Title:
    """A generated title.

    Args:
        text: The title.
        score: Sum of the log-probabilities of its tokens, end tokens included, divided by the length penalty.
        direction: Direction of writing: `"left_to_right"`, `"right_to_left"` or `"from_both_ends"`.

    Example:

    >>> Title("小李讲课", -1.5, "left_to_right").text
    '小李讲课'
    """

    text: str
    score: float
    direction: Direction


@keras.saving.register_keras_serializable(package="textzoo")
class TitleGenerator(Task):
    """Generator of titles over a `UniLM`.

    `left_to_right` is plain UniLM decoding. `bidirectional` writes from the left and from the right in step, with the
    same weights and a start token per direction. A fusion in every layer lets each direction attend to what the other
    has written; the better of both is the title. `from_both_ends` writes each half from its end and joins them.

    In training, a bidirectional model could copy the tokens of the title that the other direction shows it.
    `leakage_guard` prevents that, see `TitleTrainingData`.

    Args:
        encoder: `Encoder` with an output head.
        preprocessor: `TitlePreprocessor`. None: the model takes arrays and trains on dicts like the records of
            `TitleTrainingData`.
        decoder: `"left_to_right"`, `"bidirectional"` or `"from_both_ends"`.
        fusion: `"linear"`, `"nonlinear"` or `"gate"`, see `DirectionFusion`.
        fusion_weight: float. Weight of the linear or nonlinear fusion.
        leakage_guard: `"mask"`, `"two_pass"`, `"noise"` or `"none"`.
        lookahead: int. Last step of the other direction that is visible with `mask`.
        copy_head: bool. Whether tokens of the article can be copied; needed by small models and small data.
        source_prior: bool. Whether to add a `SourcePrior`, which favours tokens of the article.

    Raises:
        ValueError: `decoder` or `leakage_guard` is unknown, or the vocabulary lacks a start token of two directions.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> tokenizer = Tokenizer(build_vocabulary(["小李在图书馆讲课", "小王在展览馆讲课"]))
    >>> sizes = {"hidden_size": 16, "num_layers": 1, "num_heads": 2, "intermediate_size": 32}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=64)
    >>> preprocessor = TitlePreprocessor(tokenizer, max_source_length=16, max_title_length=8)
    >>> model = TitleGenerator(encoder, preprocessor, decoder="bidirectional", copy_head=True)
    >>> history = model.fit([TitleExample("小李在图书馆讲课", "小李讲课")], batch_size=1, verbose=0)
    >>> model.generate("小王在展览馆讲课", num_beams=2).direction in ("left_to_right", "right_to_left")
    True

    Reference:
        Zhou, Zhang & Zong, arXiv 1905.04847; Su Jianlin, https://kexue.fm/archives/6877.
    """

    preprocessor_class = TitlePreprocessor
    example_class = TitleExample
    fields = ("text", "title")
    encoder_options = {"mlm_head": True, "pooler": False}
    target_key = "target_ids"
    text_method = "generate"
    card_example = 'print(model.generate("今天下午三点，小李在图书馆讲课，来了两百人。").text)'

    def __init__(
        self,
        encoder,
        preprocessor=None,
        *,
        decoder: Decoder = "left_to_right",
        fusion: Kind = "nonlinear",
        fusion_weight: float = 0.1,
        leakage_guard: LeakageGuard = "mask",
        lookahead: int = 4,
        copy_head: bool = False,
        source_prior: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        for name, value, known in (("decoder", decoder, DECODERS), ("leakage_guard", leakage_guard, LEAKAGE_GUARDS)):
            if value not in known:
                raise ValueError(f"Expected {name} to be one of {', '.join(known)}. Received: {value!r}")
        self.options = {
            "decoder": decoder,
            "fusion": fusion,
            "fusion_weight": fusion_weight,
            "leakage_guard": leakage_guard,
            "lookahead": lookahead,
            "copy_head": copy_head,
            "source_prior": source_prior,
        }
        self.decoder: Decoder = decoder
        self.leakage_guard: LeakageGuard = leakage_guard
        self.lookahead = lookahead
        self.unilm = UniLM(
            encoder, copy_head=copy_head, source_prior=source_prior, name="unilm", dtype=self.dtype_policy
        )
        self.fusions: list[DirectionFusion] = []
        if decoder != "left_to_right":
            self.fusions = [
                DirectionFusion(
                    encoder.hidden_size, fusion, weight=fusion_weight, name=f"fusion_{i}", dtype=self.dtype_policy
                )
                for i in range(encoder.num_layers)
            ]
            if preprocessor is not None:
                _ = preprocessor.start_ids  # raises if the vocabulary lacks one
        self.gives_log_probs = copy_head
        self._decoders: dict[bool, TitleDecoder] = {}
        self.finish(preprocessor)

    def heads(self):
        heads = [("copy head", self.unilm.copy_head), ("source prior", self.unilm.source_prior)]
        heads += [("direction fusion", fusion) for fusion in self.fusions]
        return [(name, layer) for name, layer in heads if layer is not None]

    @property
    def encoder(self) -> Encoder:
        return self.unilm.encoder

    def call(self, inputs, training=None):
        if self.decoder == "left_to_right":
            return self.unilm(inputs, training=training)
        source = self.unilm.encode(inputs["source_ids"], training=training)
        targets = inputs["target_ids"]
        start_ids = ops.stack([targets[0, 0, 0], targets[0, -1, 0]])
        bidirectional_context = BidirectionalContext(
            fusions=self.fusions, start_ids=start_ids, lookaheads=inputs["lookaheads"]
        )
        states, _ = self.encoder.extend(
            targets, source.memory, bidirectional_context=bidirectional_context, training=training
        )
        # only the first and the last stream are trained; the others are there to be attended to
        states, read_ids = (ops.stack([x[:, 0], x[:, -1]], axis=1) for x in (states, targets))
        return self.unilm.logits(states, read_ids, source=source)

    def records(self, examples, *, seed=0, redraw=False):
        return TitleTrainingData(
            examples,
            self.preprocessor,
            decoder=self.decoder,
            leakage_guard=self.leakage_guard,
            lookahead=self.lookahead,
            seed=seed,
            redraw=redraw,
        )

    def get_config(self):
        return super().get_config() | self.options

    # === Generation ===

    def generate(
        self,
        texts: str | Sequence[str],
        *,
        num_beams: int = 4,
        length_penalty: float = 0.6,
        min_length: int = 1,
        no_repeat_ngram_size: int = 0,
        max_length: int | None = None,
        pairing: Literal["rank", "all"] = "rank",
        all_beams: bool = False,
        batch_size: int = 16,
        jit_compile: bool | str = "auto",
    ) -> Any:
        """Generates titles of articles.

        Args:
            texts: an article, or several; long ones are truncated as in training.
            num_beams: int. Number of beams, shared by both directions.
            length_penalty: float >= 0. The score of a title of n tokens, the end token included, is its
                log-probability divided by ((5 + n) / 6) to this power.
            min_length: int. Minimum number of tokens of a title.
            no_repeat_ngram_size: int. Size of n-grams that occur at most once in a title, or in its half; 0: off.
            max_length: int. Maximum number of tokens of a title; None: the preprocessor's.
            pairing: beams of the other direction that a beam attends to: the one of its own `"rank"`, or the mean of
                `"all"`.
            all_beams: bool. Whether to return every finished title, best first, instead of the best one.
            batch_size: int. Articles per batch.
            jit_compile: bool or "auto". Whether to compile with XLA; "auto": for 256 articles x beams or more.

        Returns:
            A `Title`, or a list of them with `all_beams`; for several articles a list of these.

        Raises:
            ValueError: an article is empty or has no known character, `num_beams` is odd for two directions, or article
                and title exceed the model's positions.
        """
        two_directions = self.decoder != "left_to_right"
        if num_beams < 1 or two_directions and num_beams % 2:
            even = ", and even for two directions" if two_directions else ""
            raise ValueError(f"Expected num_beams of 1 or more{even}. Received: {num_beams}")
        if pairing not in ("rank", "all"):
            raise ValueError(f"Expected pairing 'rank' or 'all'. Received: {pairing!r}")
        max_tokens: int = max_length or self.preprocessor.max_title_length
        sources = self._sources([texts] if isinstance(texts, str) else texts, max_tokens)
        decoder = self._decoder(resolve_jit_compile(jit_compile, len(sources) * num_beams))
        options = SearchOptions(
            num_beams=num_beams,
            length_penalty=float(length_penalty),
            min_length=min_length,
            no_repeat_ngram_size=no_repeat_ngram_size,
        )
        attention = {"attend_all_beams": pairing == "all"} if self.decoder == "bidirectional" else {}
        results: list[Any] = [None] * len(sources)
        for rows in batch_by_length([len(source) for source in sources], batch_size):
            source = decoder.encode(pad_sources([sources[row] for row in rows]))
            beams = decoder.search(source, max_length=max_tokens, options=options, **attention)
            for row, titles in zip(rows, self._titles(beams), strict=False):
                results[row] = titles if all_beams else titles[0]
        return results[0] if isinstance(texts, str) else results

    def explain(
        self, text: str, *, num_beams: int = 4, length_penalty: float = 0.6, max_length: int | None = None
    ) -> tuple[list[Title], dict[Direction, list[SearchNode]]]:
        """Generates titles of an article with the search trees of both directions, for `search_tree_page`.

        Args:
            text: the article.
            num_beams: int. As in `generate`.
            length_penalty: float. As in `generate`.
            max_length: int. As in `generate`.

        Returns:
            Titles, best first, and for each direction the nodes of its tree, tokens in writing order.

        Raises:
            ValueError: the model is not bidirectional, or as in `generate`.
        """
        self._check_bidirectional()
        max_tokens: int = max_length or self.preprocessor.max_title_length
        decoder, tokenizer = self._decoder(False), self.preprocessor.tokenizer
        source = decoder.encode(pad_sources(self._sources([text], max_tokens)))
        options = SearchOptions(num_beams=num_beams, length_penalty=float(length_penalty), min_length=1)
        beams = decoder.search(source, max_length=max_tokens, options=options, return_trace=True)
        best_ids = np.asarray(beams.tokens)[0, 0, : int(beams.lengths[0, 0]) + 1].tolist()
        trees = {}
        for group, direction in enumerate(DIRECTIONS[:2]):
            trace = keras.tree.map_structure(lambda part: np.asarray(part)[0, :, group], beams.trace)  # noqa: B023
            best = best_ids if group == int(beams.direction[0, 0]) else None
            trees[direction] = search_tree(trace, tokenizer.tokens.__getitem__, end_id=tokenizer.sep_id, best=best)
        return self._titles(beams)[0], trees

    def drafts(self, texts: Sequence[str], *, batch_size: int = 16) -> list[tuple[str, str]]:
        """Writes the greedy titles of each direction, which `two_pass` shows another model.

        See `textzoo.training.cross_fitted_drafts`.

        Args:
            texts: articles.
            batch_size: int. Articles per batch.

        Returns:
            For each article the title from the left and the title from the right, both in reading order.

        Raises:
            ValueError: the model is not bidirectional, or as in `generate`.
        """
        self._check_bidirectional()
        max_tokens = self.preprocessor.max_title_length
        sources, decode = self._sources(texts, max_tokens), self.preprocessor.tokenizer.decode
        decoder = self._decoder(resolve_jit_compile("auto", 2 * len(sources)))
        results: list[Any] = [None] * len(sources)
        for rows in batch_by_length([len(source) for source in sources], batch_size):
            source = decoder.encode(pad_sources([sources[row] for row in rows]))
            drafts = decoder.draft_greedily(source, max_tokens)
            ids_and_lengths = zip(np.asarray(drafts.tokens), np.asarray(drafts.lengths), strict=True)
            for row, ((left, right), (m, n)) in zip(rows, ids_and_lengths, strict=False):
                results[row] = decode(left[:m]), decode(right[:n][::-1])
        return results

    def _check_bidirectional(self) -> None:
        if self.decoder != "bidirectional":
            raise ValueError(f"Expected a bidirectional model. Received: {self.decoder!r}")

    def _sources(self, texts: Sequence[str], max_tokens: int) -> list[np.ndarray]:
        """Encodes articles and checks that titles of `max_tokens` tokens fit after them."""
        sources = [self.preprocessor.source(text) for text in texts]
        positions, longest = self.encoder.position_embedding.longest, max(map(len, sources), default=0)
        if sources and longest + max_tokens + 2 > positions:
            raise ValueError(
                f"An article of {longest} tokens with {max_tokens + 2} tokens for its title exceeds the model's "
                f"{positions} positions; lower max_length or preprocessor.max_source_length."
            )
        return sources

    def _decoder(self, jit_compile: bool) -> TitleDecoder:
        if jit_compile not in self._decoders:
            tokenizer = self.preprocessor.tokenizer
            options = {"end_id": tokenizer.sep_id, "allowed": tokenizer.is_generatable}
            if self.decoder != "left_to_right":
                options |= {"start_ids": self.preprocessor.start_ids, "fusions": self.fusions}
                options |= {"from_both_ends": self.decoder == "from_both_ends"}
            if self.decoder == "bidirectional" and self.leakage_guard == "mask":
                options["lookahead"] = self.lookahead
            self._decoders[jit_compile] = TitleDecoder(self.unilm, **options, jit_compile=jit_compile)
        return self._decoders[jit_compile]

    def _titles(self, beams: Beams | BidirectionalBeams | JoinedBeams) -> list[list[Title]]:
        """Returns the titles of each article, best first."""
        tokens, lengths, scores = beams.tokens, np.asarray(beams.lengths), np.asarray(beams.scores)
        directions = np.full(scores.shape, DECODERS.index(self.decoder))
        if isinstance(beams, BidirectionalBeams):
            tokens = to_left_to_right(beams.tokens, lengths=beams.lengths, direction=beams.direction)
            directions = np.asarray(beams.direction)
        elif isinstance(beams, Beams):
            tokens, lengths, scores, directions = (part[:, 0] for part in (tokens, lengths, scores, directions))
        decode, tokens = self.preprocessor.tokenizer.decode, np.asarray(tokens)
        return [
            [
                Title(text=decode(ids[:n]), score=float(score), direction=DIRECTIONS[direction])
                for ids, n, score, direction in zip(*article, strict=True)
                if score > NO_HYPOTHESIS / 2
            ]
            for article in zip(tokens, lengths, scores, directions, strict=True)
        ]
