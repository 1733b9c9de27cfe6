"""A generated title."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import keras
import numpy as np
from keras import ops

from ...data.examples import TitleExample
from ...data.length_batching import batch_by_length, pad_sources
from ...data.score_constants import NO_HYPOTHESIS
from ...generation import Beams, BidirectionalBeams, JoinedBeams, SearchTrace, to_left_to_right
from ...generation.compile_loop import resolve_jit_compile
from ...layers.fusion import Fusion, Kind
from ..encoder import BidirectionalContext, Encoder
from ..task import Task
from ..unilm import UniLM
from .search_tree import SearchNode, search_tree
from .title_decoder import TitleDecoder
from .title_preprocessor import TitlePreprocessor
from .title_training_data import Decoder, LeakageGuard, TitleTrainingData

Direction = Literal["left_to_right", "right_to_left", "from_both_ends"]


@dataclass(frozen=True, slots=True)
class Title:
    """A title, its score, and where its writing began.

    Args:
        text: The title.
        score: Sum of its tokens' log-probabilities, ends included, divided by the length penalty.
        direction: `"left_to_right"`, `"right_to_left"`, or `"from_both_ends"`.

    Example:

    >>> Title("小李讲课", -1.5, "left_to_right").text
    '小李讲课'
    """

    text: str
    score: float
    direction: Direction


DECODERS = ("left_to_right", "bidirectional", "from_both_ends")
DIRECTIONS: tuple[Direction, ...] = ("left_to_right", "right_to_left", "from_both_ends")
LEAKAGE_GUARDS = ("mask", "two_pass", "noise", "none")


@keras.saving.register_keras_serializable(package="textzoo")
class TitleGenerator(Task):
    """Titles by one encoder used as a sequence-to-sequence model.

    `left_to_right` is plain UniLM decoding. `bidirectional` writes from the left and from the right in step, in one set
    of weights told apart by two start tokens; each direction sees what the other has written, through a fusion in every
    layer, and the better of both is the title. `from_both_ends` writes each half from its end and joins them.

    A bidirectional model that sees the other direction's words of the title it learns has only to copy them; `leakage_guard` is
    what keeps them from it, see `TitleTrainingData`.

    Args:
        encoder: `Encoder` with an output head.
        preprocessor: `TitlePreprocessor`; None for a model of arrays, which then trains on dicts as `TitleTrainingData` has
            them.
        decoder: `"left_to_right"`, `"bidirectional"` or `"from_both_ends"`.
        fusion: `"linear"`, `"nonlinear"` or `"gate"`.
        fusion_weight: float, of the first two.
        leakage_guard: `"mask"`, `"two_pass"`, `"noise"` or `"none"`.
        lookahead: int. Of `mask`: the words of the other direction that are seen.
        copy_head: bool. Whether tokens of the article can be copied, which small models and small data need.
        source_prior: bool. Whether tokens of the article are favoured, by how much is learned for each token.

    Raises:
        ValueError: a name is unknown, or the vocabulary has no start tokens for two directions.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> tokenizer = Tokenizer(build_vocabulary(["小李在图书馆讲课", "小王在展览馆讲课"]))
    >>> encoder = Encoder(tokenizer.vocab_size, 16, 1, 2, 32, max_length=64)
    >>> model = TitleGenerator(encoder, TitlePreprocessor(tokenizer, 16, 8), "bidirectional", copy_head=True)
    >>> model.compile()
    >>> history = model.fit([TitleExample("小李在图书馆讲课", "小李讲课")], batch_size=1, verbose=0)
    >>> model.generate("小王在展览馆讲课", num_beams=2).direction in ("left_to_right", "right_to_left")
    True

    Reference:
        Zhou, Zhang & Zong, arXiv 1905.04847; Su Jianlin, https://kexue.fm/archives/6877.
    """

    preprocessor_class = TitlePreprocessor
    example_class = TitleExample
    encoder_options = {"mlm_head": True, "pooler": False}
    target_key = "target_ids"
    card_example = 'print(model.generate("今天下午三点，小李在图书馆讲课，来了两百人。").text)'

    def __init__(
        self,
        encoder,
        preprocessor=None,
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
                raise ValueError(f"Expected a {name}: {', '.join(known)}. Received: {value!r}")
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
        self.unilm = UniLM(encoder, copy_head, source_prior, name="unilm", dtype=self.dtype_policy)
        self.fusions: list[Fusion] = []
        if decoder != "left_to_right":
            self.fusions = [
                Fusion(encoder.hidden_size, fusion, fusion_weight, name=f"fusion_{i}", dtype=self.dtype_policy)
                for i in range(encoder.num_layers)
            ]
            if preprocessor is not None:
                _ = preprocessor.start_ids
        self.gives_log_probs = copy_head
        self.preprocessor: Any = preprocessor
        self._decodings: dict[bool, TitleDecoder] = {}
        self.built = True

    @property
    def encoder(self) -> Encoder:
        return self.unilm.encoder

    def call(self, inputs, training=None):
        if self.decoder == "left_to_right":
            return self.unilm(inputs, training=training)
        source = self.unilm.encode(inputs["source_ids"], training=training)
        targets = inputs["target_ids"]
        start_ids = ops.stack([targets[0, 0, 0], targets[0, -1, 0]])
        bidirectional_context = BidirectionalContext(self.fusions, start_ids, inputs["lookaheads"])
        states, _ = self.encoder.extend(
            targets, source.memory, bidirectional_context=bidirectional_context, training=training
        )
        learned, read = (ops.stack([x[:, 0], x[:, -1]], axis=1) for x in (states, targets))  # the rest is only shown
        return self.unilm.logits(learned, read, source)

    def records(self, examples, seed=0, redraw=False):
        return TitleTrainingData(
            examples, self.preprocessor, self.decoder, self.leakage_guard, self.lookahead, seed, redraw
        )

    def get_config(self):
        return super().get_config() | self.options

    # === Generation ===

    def generate(
        self,
        texts: str | Sequence[str],
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
        """Titles of articles.

        Args:
            texts: an article, or several; long ones are cut as in training.
            num_beams: int. Hypotheses kept, those of both directions together.
            length_penalty: float >= 0. A title of n tokens, the end included, scores its log-probability divided by
                ((5 + n) / 6) to this power.
            min_length: int. Tokens of a title at least.
            no_repeat_ngram_size: int. No n-gram of this size twice in a title, or in its half; 0: off.
            max_length: int. Tokens of a title at most; None: the preprocessor's.
            pairing: what a hypothesis sees of the other direction: that of its own `"rank"`, or the mean of `"all"`.
            all_beams: bool. Every title found, best first, in place of the best one.
            batch_size: int. Articles at a time.
            jit_compile: bool or "auto". Compile with XLA; "auto": for 256 articles x beams or more.

        Returns:
            A `Title`, or with `all_beams` a list of them; for several articles a list of that.

        Raises:
            ValueError: an article is empty or only unknown characters, two directions have an odd number of beams, or
                article and title are longer than the model's positions.
        """
        both = self.decoder != "left_to_right"
        if num_beams < 1 or both and num_beams % 2:
            even = ", and even for two directions" if both else ""
            raise ValueError(f"Expected num_beams of 1 or more{even}. Received: {num_beams}")
        if pairing not in ("rank", "all"):
            raise ValueError(f"Expected pairing 'rank' or 'all'. Received: {pairing!r}")
        limit: int = max_length or self.preprocessor.max_title_length
        sources = self._sources([texts] if isinstance(texts, str) else texts, limit)
        decoding = self._decoding(resolve_jit_compile(jit_compile, len(sources) * num_beams))
        options = [num_beams, limit, float(length_penalty), min_length, no_repeat_ngram_size]
        options += [pairing == "all"] if self.decoder == "bidirectional" else []
        results: list[Any] = [None] * len(sources)
        for rows in batch_by_length([len(source) for source in sources], batch_size):
            beams = decoding.write(decoding.read(pad_sources([sources[row] for row in rows])), *options)
            for row, titles in zip(rows, self._titles(beams), strict=False):
                results[row] = titles if all_beams else titles[0]
        return results[0] if isinstance(texts, str) else results

    def explain(
        self, text: str, num_beams: int = 4, length_penalty: float = 0.6, max_length: int | None = None
    ) -> tuple[list[Title], dict[Direction, list[SearchNode]]]:
        """The titles of an article and what the search looked at in each direction, for `search_tree_page`.

        Args:
            text: the article.
            num_beams: int. As in `generate`, and so are the others.
            length_penalty: float.
            max_length: int.

        Returns:
            Titles, best first, and the nodes of each direction's tree in the order in which it wrote.

        Raises:
            ValueError: the model is not bidirectional, or as in `generate`.
        """
        self._check_bidirectional()
        limit: int = max_length or self.preprocessor.max_title_length
        decoding, tokenizer = self._decoding(False), self.preprocessor.tokenizer
        source = decoding.read(pad_sources(self._sources([text], limit)))
        beams = decoding.write(source, num_beams, limit, float(length_penalty), 1, 0, False, True)
        end, written = tokenizer.sep_id, np.asarray(beams.tokens)[0, 0, : int(beams.lengths[0, 0]) + 1]
        trees = {}
        for group, direction in enumerate(DIRECTIONS[:2]):
            steps = SearchTrace(*(np.asarray(part)[0, :, group] for part in beams.steps))
            best = written.tolist() if group == int(beams.direction[0, 0]) else None
            trees[direction] = search_tree(steps, tokenizer.tokens.__getitem__, end, best)
        return self._titles(beams)[0], trees

    def drafts(self, texts: Sequence[str], batch_size: int = 16) -> list[tuple[str, str]]:
        """Titles as each direction writes them, greedily and both in reading order.

        What `two_pass` shows another model, see `cross_fitted_drafts`.

        Args:
            texts: articles.
            batch_size: int. Articles at a time.

        Returns:
            For each article what was written from the left and what from the right.

        Raises:
            ValueError: the model is not bidirectional, or as in `generate`.
        """
        self._check_bidirectional()
        limit = self.preprocessor.max_title_length
        sources, decode = self._sources(texts, limit), self.preprocessor.tokenizer.decode
        decoding = self._decoding(resolve_jit_compile("auto", 2 * len(sources)))
        results: list[Any] = [None] * len(sources)
        for rows in batch_by_length([len(source) for source in sources], batch_size):
            found = decoding.draft(decoding.read(pad_sources([sources[row] for row in rows])), limit)
            both = zip(np.asarray(found.tokens), np.asarray(found.lengths), strict=True)
            for row, ((left, right), (m, n)) in zip(rows, both, strict=False):
                results[row] = decode(left[:m]), decode(right[:n][::-1])
        return results

    def _check_bidirectional(self) -> None:
        if self.decoder != "bidirectional":
            raise ValueError(f"Expected a bidirectional model. Received: {self.decoder!r}")

    def _sources(self, texts: Sequence[str], limit: int) -> list[np.ndarray]:
        """Articles as sources that leave room for titles of `limit` tokens."""
        sources = [self.preprocessor.source(text) for text in texts]
        longest = self.encoder.position_embedding.longest
        if sources and max(map(len, sources)) + limit + 2 > longest:
            raise ValueError(
                f"Expected article and title to fit the model's {longest} positions. Received: "
                f"{max(map(len, sources))} for the article and {limit + 2} for the title"
            )
        return sources

    def _decoding(self, jit_compile: bool) -> TitleDecoder:
        if jit_compile not in self._decodings:
            tokenizer = self.preprocessor.tokenizer
            options = {"end_id": tokenizer.sep_id, "allowed": tokenizer.is_generatable}
            if self.decoder != "left_to_right":
                halves = self.decoder == "from_both_ends"
                options |= {"start_ids": self.preprocessor.start_ids, "fusions": self.fusions, "halves": halves}
            if self.decoder == "bidirectional" and self.leakage_guard == "mask":
                options["lookahead"] = self.lookahead
            self._decodings[jit_compile] = TitleDecoder(self.unilm, **options, jit_compile=jit_compile)
        return self._decodings[jit_compile]

    def _titles(self, beams: Beams | BidirectionalBeams | JoinedBeams) -> list[list[Title]]:
        """The titles of each article, best first."""
        tokens, lengths, scores = beams.tokens, np.asarray(beams.lengths), np.asarray(beams.scores)
        directions = np.full(scores.shape, DECODERS.index(self.decoder))
        if isinstance(beams, BidirectionalBeams):
            tokens = to_left_to_right(beams.tokens, beams.lengths, beams.direction)
            directions = np.asarray(beams.direction)
        elif isinstance(beams, Beams):
            tokens, lengths, scores, directions = (part[:, 0] for part in (tokens, lengths, scores, directions))
        decode, tokens = self.preprocessor.tokenizer.decode, np.asarray(tokens)
        return [
            [
                Title(decode(ids[:n]), float(score), DIRECTIONS[direction])
                for ids, n, score, direction in zip(*article, strict=True)
                if score > NO_HYPOTHESIS / 2
            ]
            for article in zip(tokens, lengths, scores, directions, strict=True)
        ]
