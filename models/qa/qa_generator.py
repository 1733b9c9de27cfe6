"""Question-answer pairs from a passage: the answer first, then its question."""

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from ...data.examples import QAExample
from ...data.length_batching import STREAM_COUNTS, batch_by_length, bucket, pad_sources
from ...data.per_example_rng import passage_rng
from ...data.qa.non_overlapping_spans import non_overlapping_spans
from ...data.qa.passage_encoding import EncodedPassage
from ...data.qa.qa_pair import QAPair
from ...data.qa.span_constraint import span_constraint
from ...generation.compile_loop import resolve_jit_compile
from ..contextual_embedder import ContextualEmbedder
from ..encoder import Encoder
from ..task import Task
from ..unilm import UniLM
from .qa_decoder import QADecoder
from .qa_preprocessor import QAPreprocessor

DRAWS_PER_PAIR = 4


class _Answer(NamedTuple):
    ids: np.ndarray
    log_prob: float


@keras.saving.register_keras_serializable(package="textzoo")
class QAGenerator(Task):
    """Question-answer pairs built end to end: p(answer | passage), then p(question | passage, answer).

    Answers are drawn by nucleus sampling inside the spans of the passage, so that every one stands in it literally;
    questions are found by beam search. A passage is encoded once for all its answers and beams.

    Args:
        encoder: `Encoder` with an output head.
        preprocessor: `QAPreprocessor`; None for a model of arrays, which then trains on dicts of `source_ids` `[b, s]`
            and `target_ids` `[b, p, t]`, labels `target_ids` and weights `[b, p, t]`. Inputs may have
            `target_spans` `[b, p, 2]` too, see `UniLM`.
        copy_head: bool. Whether tokens of the passage can be copied, which small models and small data need.
        decoder_noise_rate: float in [0, 1). In training, the rate of `DecoderInputNoise` of what the decoder reads.
        span_bias: bool. Whether a question is told where its answer stands, see `SpanBias`; None: where there is a copy
            head. With neither the logits are bert4keras's.

    Example:

    >>> from textzoo.data import QAExample, Tokenizer
    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李小王来了谁？".replace("小王", "王")])
    >>> encoder = Encoder(tokenizer.vocab_size, 16, 1, 2, 32, max_length=64)
    >>> model = QAGenerator(encoder, QAPreprocessor(tokenizer, max_source_length=16), copy_head=True)
    >>> model.compile()
    >>> history = model.fit([QAExample("小李来了", "谁来了？", "小李", 0)], batch_size=1, verbose=0)
    >>> pairs = model.generate("小王来了", num_pairs=2, max_question_length=6, seed=0)
    >>> all("小王来了"[pair.start : pair.end] == pair.answer for pair in pairs)
    True

    Reference:
        Su Jianlin, https://kexue.fm/archives/7630.
    """

    preprocessor_class = QAPreprocessor
    example_class = QAExample
    encoder_options = {"mlm_head": True, "pooler": False}
    streams_key = target_key = "target_ids"
    card_example = 'print(model.generate("今天下午三点，小李在图书馆讲课。"))'

    def __init__(
        self,
        encoder,
        preprocessor=None,
        copy_head=False,
        decoder_noise_rate=0.0,
        span_bias=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.unilm = UniLM(
            encoder,
            copy_head,
            decoder_noise_rate=decoder_noise_rate,
            span_bias=copy_head if span_bias is None else span_bias,
            name="unilm",
            dtype=self.dtype_policy,
        )
        self.gives_log_probs = copy_head
        self.preprocessor: Any = preprocessor
        self._decodings: dict[bool, QADecoder] = {}
        self.built = True

    @property
    def encoder(self) -> Encoder:
        return self.unilm.encoder

    def call(self, inputs, training=None):
        return self.unilm(inputs, training=training)

    def records(self, examples, seed=0, redraw=False):
        return self.preprocessor.records(examples)

    def split(self, batch):
        inputs = {key: batch[key] for key in ("source_ids", "target_ids")}
        inputs["target_spans"] = batch["target_spans"][..., :2]  # a batch's last axes are padded
        return inputs, batch["target_ids"], batch["target_weights"]

    def get_config(self):
        return super().get_config() | {
            "copy_head": self.unilm.copy_head is not None,
            "decoder_noise_rate": self.unilm.decoder_input_noise.rate,
            "span_bias": self.unilm.span_bias is not None,
        }

    def embedder(self) -> ContextualEmbedder:
        """Returns an embedder of texts by the encoder's states, for the similarity of questions."""
        if self.encoder.tokenizer is None:
            self.encoder.tokenizer = self.preprocessor.tokenizer
        return ContextualEmbedder(self.encoder)

    # === Generation ===

    def generate(
        self,
        passages: str | Sequence[str],
        num_pairs: int = 5,
        num_beams: int = 3,
        top_p: float = 0.95,
        temperature: float = 1.0,
        max_answer_length: int | None = None,
        max_question_length: int | None = None,
        no_repeat_ngram_size: int = 0,
        seed: int | None = None,
        align_to_words: bool = True,
        batch_size: int = 16,
        jit_compile: bool | str = "auto",
    ) -> list:
        """Question-answer pairs of passages.

        Args:
            passages: a text, or several.
            num_pairs: int. Answers asked for, no two of which overlap where they first stand. Four times as many are
                drawn, and of those that overlap the most probable stays; fewer come where too few stand apart.
            num_beams: int. Beams of the question.
            top_p: float in (0, 1]. Nucleus of the answer.
            temperature: float > 0, of the answer.
            max_answer_length: int. Tokens; None: the preprocessor's.
            max_question_length: int. Tokens; None: the preprocessor's.
            no_repeat_ngram_size: int. No n-gram of this size twice in a question; 0: off.
            seed: int; None: a new one. The result of a passage depends on the seed and the passage alone.
            align_to_words: bool. Begin and end answers where jieba's words do, which finds more of the right ones.
            batch_size: int. Passages at a time.
            jit_compile: bool or "auto". Compile with XLA; "auto": for 256 passages x answers x beams or more.

        Returns:
            A list of `QAPair`, best score first; for several passages a list of such lists.

        Raises:
            ValueError: a passage is empty, longer than the model reads, or only unknown characters.
        """
        if num_pairs < 1:
            raise ValueError(f"Expected num_pairs of 1 or more. Received: {num_pairs}")
        texts = [passages] if isinstance(passages, str) else list(passages)
        sources = [self.preprocessor.passage(text, align_to_words) for text in texts]
        max_answer = max_answer_length or self.preprocessor.max_answer_length
        max_question = max_question_length or self.preprocessor.max_question_length
        for source in sources:
            self._check_positions(source, max_answer + max_question + 2)
        seed = int(np.random.default_rng().integers(1 << 31)) if seed is None else seed
        decoding = self._decoding(jit_compile, len(sources) * num_pairs * num_beams)
        results: list[Any] = [None] * len(sources)
        for rows in batch_by_length([len(source.ids) for source in sources], batch_size):
            chunk = [sources[row] for row in rows]
            read = self._read(decoding, chunk)
            drawn = self._draw(decoding, chunk, read, num_pairs, max_answer, temperature, top_p, seed)
            limits = num_beams, max_answer, max_question, no_repeat_ngram_size
            pairs = self._ask(decoding, chunk, read, *drawn, num_pairs, *limits)
            for row, found in zip(rows, pairs, strict=True):
                results[row] = sorted(found, key=lambda pair: -pair.score)
        return results[0] if isinstance(passages, str) else results

    def generate_questions(
        self,
        passages: str | Sequence[str],
        answers: Sequence[str] | Sequence[Sequence[str]],
        num_beams: int = 3,
        max_question_length: int | None = None,
        no_repeat_ngram_size: int = 0,
        free_answers: bool = False,
        batch_size: int = 16,
        jit_compile: bool | str = "auto",
    ) -> list:
        """One question for each answer that the user brings.

        Args:
            passages: a text, or several.
            answers: the answers of the text, or of each of the texts; each must stand in its passage.
            num_beams: int. Beams of the question.
            max_question_length: int. Tokens; None: the preprocessor's.
            no_repeat_ngram_size: int. No n-gram of this size twice in a question; 0: off.
            free_answers: bool. Take answers in words of their own too: their pairs have no `start` and `end`.
            batch_size: int. Passages at a time.
            jit_compile: bool or "auto". Compile with XLA; "auto": for 256 passages x answers x beams or more.

        Returns:
            A list of `QAPair` in the order of the answers; for several passages a list of such lists.

        Raises:
            ValueError: as `generate`; an answer is empty, or not in its passage and not free.
        """
        texts = [passages] if isinstance(passages, str) else list(passages)
        wanted: list[Any] = [answers] if isinstance(passages, str) else list(answers)
        if len(wanted) != len(texts):
            raise ValueError(f"Expected a list of answers for each of {len(texts)} passages. Received: {len(wanted)}")
        sources = [self.preprocessor.passage(text) for text in texts]
        given = [
            [self._given(source, answer, free_answers) for answer in row]
            for source, row in zip(sources, wanted, strict=True)
        ]
        max_question = max_question_length or self.preprocessor.max_question_length
        for source, row in zip(sources, given, strict=True):
            self._check_positions(source, max(map(len, row), default=0) + max_question + 2)
        width = max((len(ids) for row in given for ids in row), default=1)
        count = max(map(len, given), default=0)
        decoding = self._decoding(jit_compile, sum(map(len, given)) * num_beams)
        results: list[Any] = [[] for _ in sources]
        for rows in batch_by_length([len(source.ids) for source in sources], batch_size) if count else ():
            chunk = [sources[row] for row in rows]
            read = self._read(decoding, chunk)
            pairs = self._ask(
                decoding,
                chunk,
                read,
                [given[row] for row in rows],
                None,
                bucket(count, STREAM_COUNTS),
                num_beams,
                bucket(width, (16, 32, 64, 128, 256, 512)),
                max_question,
                no_repeat_ngram_size,
            )
            for row, found in zip(rows, pairs, strict=True):
                results[row] = [
                    pair if pair.start is not None else dataclasses.replace(pair, answer=answer)
                    for pair, answer in zip(found, wanted[row], strict=True)
                ]
        return results[0] if isinstance(passages, str) else results

    def _check_positions(self, source: EncodedPassage, target_length: int):
        longest = self.encoder.position_embedding.longest
        if len(source.ids) + target_length > longest:
            raise ValueError(
                f"Expected passage, answer and question to fit the model's {longest} positions. Received: "
                f"{len(source.ids)} for the passage and {target_length} for the rest"
            )

    def _given(self, source: EncodedPassage, answer: str, free: bool) -> np.ndarray:
        start = source.text.find(answer) if answer.strip() else -1
        if start >= 0:
            return source.span_ids(start, start + len(answer))
        ids = self.preprocessor.tokenizer.tokenize(answer).ids
        if not free or not len(ids):
            raise ValueError(f"Expected an answer that stands in its passage. Received: {answer!r}")
        return ids

    def _decoding(self, jit_compile: bool | str, streams: int) -> QADecoder:
        jit_compile = resolve_jit_compile(jit_compile, streams)
        if jit_compile not in self._decodings:
            tokenizer = self.preprocessor.tokenizer
            end, allowed = tokenizer.sep_id, tokenizer.is_generatable
            self._decodings[jit_compile] = QADecoder(self.unilm, end, allowed, jit_compile)
        return self._decodings[jit_compile]

    def _read(self, decoding: QADecoder, chunk: list[EncodedPassage]):
        """The chunk's sources, in a bucketed batch of a bucketed length."""
        return decoding.read(pad_sources([source.ids for source in chunk]))

    def _draw(self, decoding, chunk, read, num_pairs, max_length, temperature, top_p, seed) -> tuple[list, list]:
        """The most probable answers of each source that stand apart, and their log-probabilities."""
        length = bucket(max(len(s.ids) for s in chunk))
        constraint = span_constraint(
            pad_sources([s.ids for s in chunk], length),
            pad_sources([s.starts for s in chunk], length),
            pad_sources([s.ends for s in chunk], length),
            self.preprocessor.tokenizer.sep_id,
        )
        shape = (DRAWS_PER_PAIR * num_pairs, max_length)
        uniforms = [passage_rng(seed, source.text).random(shape, "float32") for source in chunk]
        numbers = np.stack([uniforms[min(row, len(chunk) - 1)] for row in range(len(constraint.tokens))])
        drawn = map(np.asarray, decoding.draw(read, constraint, numbers, temperature, top_p))
        best = []
        for source, *row in zip(chunk, *drawn, strict=False):  # a batch is padded to its bucket
            answers = {ids[:n].tobytes(): _Answer(ids[:n], float(log)) for ids, n, log in zip(*row, strict=True) if n}
            best.append(_apart(source, list(answers.values()))[:num_pairs])
        return [[a.ids for a in answers] for answers in best], [[a.log_prob for a in answers] for answers in best]

    def _ask(
        self,
        decoding,
        chunk,
        read,
        answers,
        log_probs,
        num_streams,
        num_beams,
        max_answer,
        max_question,
        no_repeat_ngram_size,
    ):
        """The pairs of each source, in the order of its answers; `log_probs` of the answers, None: not known yet."""
        given = np.zeros((len(read.ids), num_streams, max_answer), "int32")
        spans = np.zeros((*given.shape[:2], 2), "int32")
        asked = [(row, column, ids, chunk[row].token_positions(ids)) for row, column, ids in _flat(answers)]
        for row, column, ids, places in asked:
            given[row, column, : len(ids)] = ids
            if places:
                spans[row, column] = places[0], places[0] + len(ids)
        options = num_beams, max_question, 0.0, no_repeat_ngram_size
        beams, scored = decoding.ask(read, given, spans, *options, log_probs is None)
        known = np.asarray(scored) if log_probs is None else log_probs
        tokens, lengths, sums = (np.asarray(part)[:, :, 0] for part in (beams.tokens, beams.lengths, beams.log_probs))
        pairs: list[list[QAPair]] = [[] for _ in chunk]
        for row, column, ids, places in asked:
            n = lengths[row, column]
            count = len(ids) + 1 + n + 1
            both = float(known[row][column]), float(sums[row, column])
            pairs[row].append(self._pair(chunk[row], ids, places, tokens[row, column, :n], both, count))
        return pairs

    def _pair(
        self,
        source: EncodedPassage,
        answer: np.ndarray,
        found: list[int],
        question: np.ndarray,
        sums: tuple[float, float],
        count: int,
    ) -> QAPair:
        n = len(answer)
        if not found:
            decode = self.preprocessor.tokenizer.decode
            return QAPair(decode(question), decode(answer), None, None, (), *sums, sum(sums) / count)
        places = tuple((int(source.offsets[j, 0]), int(source.offsets[j + n - 1, 1])) for j in found)
        start, end = places[0]
        return QAPair(
            self.preprocessor.tokenizer.decode(question),
            source.text[start:end],
            start,
            end,
            tuple(place for place in places if source.text[slice(*place)] == source.text[start:end]),
            *sums,
            sum(sums) / count,
        )


def _apart(source: EncodedPassage, answers: list[_Answer]) -> list[_Answer]:
    """The answers, most probable first, without those that overlap a more probable one where they first stand."""
    starts = [source.token_positions(answer.ids)[0] for answer in answers]
    spans = [(start, start + len(answer.ids)) for start, answer in zip(starts, answers, strict=True)]
    return [answers[number] for number in non_overlapping_spans(spans, [answer.log_prob for answer in answers])]


def _flat(answers: list[list[np.ndarray]]):
    return [(row, column, ids) for row, found in enumerate(answers) for column, ids in enumerate(found)]
