"""Pipeline from documents of any length to filtered and ranked question-answer pairs."""

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any, Literal, NamedTuple

import numpy as np

from ..data.check_types import check_types
from ..data.engines import load_with_engine
from ..data.find_preset import find_preset
from ..data.preset_config import reader_folder
from ..data.qa.pair_quality import PairQuality, read_pair_quality
from ..data.qa.passage_encoding import is_readable
from ..data.qa.qa_pair import QAPair, ScoredQAPair
from ..data.qa.validate_answer import validate_answer
from ..data.qa.validate_question import validate_question
from ..data.text.check_texts import check_text
from ..data.text.chunking import Chunk, chunk_passage
from ..metrics.f1 import answer_f1
from .deduplication import Deduplicator

BATCHES_PER_CALL = 4  # generator batches per call, so that batches can be sorted by length
MIN_RANKED_ROUND_TRIP = 0.01  # least round-trip F1 in the rank, so that its logarithm is finite


class _DocumentChunk(NamedTuple):
    """A chunk of a document, and the start of the next one; None for the last of the document."""

    chunk: Chunk
    next_start: int | None


class _ChunkPairs(NamedTuple):
    """The pairs of a chunk with the word embeddings of their questions."""

    chunk: Chunk
    next_start: int | None
    pairs: list[ScoredQAPair]
    embeddings: list[np.ndarray]

    def add_to(self, deduplicator: Deduplicator) -> None:
        start = self.chunk.start
        deduplicator.add(self.pairs, self.embeddings, start=start, end=start + len(self.chunk.text))


class QAPipeline:
    """Generates, scores, filters, deduplicates and ranks question-answer pairs.

    A document is cut into overlapping chunks at sentence ends. The pairs of each chunk pass four filters:

    1. the form of answer and question (`validate_answer`, `validate_question`);
    2. the log-probabilities of answer and question;
    3. the round trip: `round_trip_model` answers the question on the chunk and must find the answer;
    4. duplicate questions (`Deduplicator`).

    Args:
        generator: A `QAGenerator`.
        round_trip_model: An `ExtractiveQA` of any vocabulary; None for no round trip.
        embedder: `embedder(texts) -> (units, [words, d] for each text)`, for the similarity of questions. Default:
            a `ContextualEmbedder` of the generator's encoder.
        min_answer_logprob: float, nats; None for no minimum.
        min_question_logprob: float, nats; None for no minimum.
        min_round_trip: float in [0, 1]. Least `answer_f1` of the round-trip answer and the pair's answer; 1 requires
            the same words.
        max_similarity: float in [-1, 1]. Greatest similarity of two kept questions.
        quality: The `PairQuality` of the generator with this `round_trip_model`: pairs get a probability and are ranked
            by it, and improbable ones are rejected.
        min_probability: float in [0, 1], with `quality`; None for that of the quality.

    Raises:
        ValueError: `min_round_trip` or `max_similarity` is out of range, or `min_probability` has no `quality`.

    Example:

    >>> from textzoo.data import Tokenizer
    >>> from textzoo.models import Encoder, QAGenerator, QAPreprocessor
    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李来了谁？。"])
    >>> sizes = {"hidden_size": 16, "num_layers": 1, "num_heads": 2, "intermediate_size": 32}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=64)
    >>> preprocessor = QAPreprocessor(tokenizer, max_source_length=8, max_answer_length=3, max_question_length=6)
    >>> pipeline = QAPipeline(QAGenerator(encoder, preprocessor, copy_head=True))
    >>> document = "小李来了。小李来了。小李来了。"
    >>> pairs = pipeline.generate(document, num_pairs=2, seed=0)
    >>> all(document[pair.start : pair.end] == pair.answer for pair in pairs)
    True

    Reference:
        Alberti et al., Synthetic QA Corpora Generation with Roundtrip Consistency, ACL 2019.
    """

    @check_types
    def __init__(
        self,
        generator: Any,
        round_trip_model: Any = None,
        *,
        embedder: Callable[[Sequence[str]], tuple[Any, list[np.ndarray]]] | None = None,
        min_answer_logprob: float | None = None,
        min_question_logprob: float | None = None,
        min_round_trip: float = 0.5,
        max_similarity: float = 0.9,
        quality: PairQuality | None = None,
        min_probability: float | None = None,
    ):
        if not 0 <= min_round_trip <= 1:
            raise ValueError(f"Expected min_round_trip in [0, 1]. Received: {min_round_trip}")
        if not -1 <= max_similarity <= 1:
            raise ValueError(f"Expected max_similarity in [-1, 1]. Received: {max_similarity}")
        if min_probability is not None:
            if quality is None:
                raise ValueError("min_probability needs quality; pass a PairQuality or remove min_probability.")
            quality = dataclasses.replace(quality, min_probability=min_probability)
        self.generator, self.round_trip_model = generator, round_trip_model
        self.embedder = embedder or generator.embedder()
        self.min_answer_logprob = min_answer_logprob
        self.min_question_logprob = min_question_logprob
        self.min_round_trip, self.max_similarity, self.quality = min_round_trip, max_similarity, quality

    @classmethod
    def from_preset(cls, preset: str | PathLike, *, engine: Literal["keras", "light"] = "light", **options: Any):
        """Loads a generator with the reader and the pair quality of its folder.

        The reader is the `ExtractiveQA` in the folder `reader` of the generator's folder, the quality is its
        pair_quality.json; either may be missing.

        Args:
            preset: A preset's name or folder, as for `QAGenerator.from_preset`.
            engine: `"light"` or `"keras"`.
            **options: Further arguments of the pipeline.
        """
        folder = find_preset(preset)
        generator = load_with_engine(engine, "QAGenerator", folder)
        reader = reader_folder(folder)
        round_trip_model = None if reader is None else load_with_engine(engine, "ExtractiveQA", reader)
        return cls(generator, round_trip_model, quality=read_pair_quality(folder), **options)

    def generate(
        self,
        documents: str | Iterable[str],
        num_pairs: int = 10,
        *,
        seed: int | None = 0,
        batch_size: int = 16,
        **options: Any,
    ) -> Any:
        """Generates the pairs of documents, kept and rejected.

        Args:
            documents: One document of any length, or an iterable of documents, read as needed.
            num_pairs: int. Number of answers sampled per chunk.
            seed: As in `QAGenerator.generate`.
            batch_size: int. Number of chunks per batch.
            **options: Further arguments of `QAGenerator.generate`.

        Returns:
            For one document, a list of `ScoredQAPair`: the kept pairs, best rank first, then the rejected pairs. For
            an iterable, an iterator over such lists, which holds the pairs of a few documents at a time.

        Raises:
            ValueError: A document has no character that the tokenizer knows, or as `QAGenerator.generate`.
        """
        if not isinstance(documents, Iterable) or isinstance(documents, bytes | Mapping):
            check_text(documents, "document")  # raises
        if isinstance(documents, str):
            return next(self.generate([documents], num_pairs, seed=seed, batch_size=batch_size, **options))
        seed = int(np.random.default_rng().integers(1 << 31)) if seed is None else seed
        return self._generate(documents, batch_size=batch_size, num_pairs=num_pairs, seed=seed, **options)

    def stream(
        self, document: str, num_pairs: int = 10, *, seed: int = 0, batch_size: int = 4, **options: Any
    ) -> Iterator[ScoredQAPair]:
        """Generates the pairs of a document, each as soon as no later chunk can change it.

        Args:
            document: A document of any length.
            num_pairs: As in `generate`.
            seed: As in `generate`.
            batch_size: int. Number of chunks per call of the models.
            **options: As in `generate`.

        Yields:
            The pairs of `generate`, kept and rejected, in the order of the chunks.

        Raises:
            ValueError: As `generate`.
        """
        deduplicator = Deduplicator(self.max_similarity)
        options |= {"num_pairs": num_pairs, "seed": seed}
        for found in self._chunk_pairs([document], batch_size=batch_size, chunks_per_call=batch_size, **options):
            found.add_to(deduplicator)
            yield from deduplicator.settled(found.next_start)

    def _generate(self, documents: Iterable[str], *, batch_size: int, **options: Any) -> Iterator[list[ScoredQAPair]]:
        deduplicator = Deduplicator(self.max_similarity)
        options |= {"batch_size": batch_size, "chunks_per_call": BATCHES_PER_CALL * batch_size}
        for found in self._chunk_pairs(documents, **options):
            found.add_to(deduplicator)
            if found.next_start is None:
                yield sorted(deduplicator.pairs, key=lambda pair: (pair.rejection_reason is not None, -pair.rank))
                deduplicator = Deduplicator(self.max_similarity)

    def _chunk_pairs(
        self, documents: Iterable[str], *, batch_size: int, chunks_per_call: int, **options: Any
    ) -> Iterator[_ChunkPairs]:
        """Yields the pairs of each chunk of each document, not yet compared with those of other chunks."""
        remaining = self._document_chunks(documents)
        while batch := list(itertools.islice(remaining, chunks_per_call)):
            chunks = [chunk for chunk, _ in batch]
            generated = self.generator.generate([chunk.text for chunk in chunks], batch_size=batch_size, **options)
            scored = self._score(chunks, generated, batch_size=batch_size)
            embeddings = iter(self._embed_questions([pair for pairs in scored for pair in pairs]))
            for (chunk, next_start), pairs in zip(batch, scored, strict=True):
                yield _ChunkPairs(chunk, next_start, pairs, [next(embeddings) for _ in pairs])

    def _document_chunks(self, documents: Iterable[str]) -> Iterator[_DocumentChunk]:
        preprocessor = self.generator.preprocessor
        max_tokens = preprocessor.max_source_length - 2
        for document in documents:
            check_text(document, "document")
            chunks = chunk_passage(document, preprocessor.tokenizer, max_tokens=max_tokens, overlap=max_tokens // 4)
            readable = [chunk for chunk in chunks if is_readable(chunk.text, preprocessor.tokenizer)]
            if not readable:
                raise ValueError(f"Expected a document with known characters. Received: {document[:40]!r}")
            next_starts = [*(chunk.start for chunk in readable[1:]), None]
            yield from map(_DocumentChunk, readable, next_starts)

    def _score(
        self, chunks: list[Chunk], generated: list[list[QAPair]], *, batch_size: int
    ) -> list[list[ScoredQAPair]]:
        answers = self._round_trip_answers(chunks, generated, batch_size=batch_size)
        return [
            [self._scored_pair(pair, next(answers), chunk=chunk) for pair in pairs]
            for chunk, pairs in zip(chunks, generated, strict=True)
        ]

    def _round_trip_answers(
        self, chunks: list[Chunk], generated: list[list[QAPair]], *, batch_size: int
    ) -> Iterator[Any | None]:
        """Yields the round-trip answer of every pair; None without a round-trip model or for an empty question."""
        asked = [(chunk.text, pair.question) for chunk, pairs in zip(chunks, generated, strict=True) for pair in pairs]
        if self.round_trip_model is None:
            yield from [None] * len(asked)
            return
        valid = [(text, question) for text, question in asked if question.strip()]
        answers = iter(
            self.round_trip_model.answer(
                [text for text, _ in valid], [question for _, question in valid], batch_size=batch_size
            )
        )
        yield from (next(answers) if question.strip() else None for _, question in asked)

    def _scored_pair(self, pair: QAPair, answer: Any | None, *, chunk: Chunk) -> ScoredQAPair:
        offset = chunk.start
        fields = {field.name: getattr(pair, field.name) for field in dataclasses.fields(pair)}
        occurrences = tuple((start + offset, end + offset) for start, end in pair.occurrences)
        span = {"start": pair.start, "end": pair.end}  # known, as the answer was sampled from the passage
        fields |= {name: place + offset for name, place in span.items() if place is not None}
        fields["occurrences"] = occurrences
        rank, round_trip, round_trip_answer = pair.score, None, None
        if answer is not None:
            margin = answer.score - answer.no_answer_score
            round_trip_answer = answer.text if margin >= 0 else ""
            round_trip = answer_f1(round_trip_answer, pair.answer)
            # log of F1 and of the probability that there is an answer, sigmoid(margin)
            rank += math.log(max(round_trip, MIN_RANKED_ROUND_TRIP)) - float(np.logaddexp(0, -margin))
        probability = None
        if self.quality is not None:
            probability = self.quality.probability(fields | {"round_trip": round_trip})
            rank = math.log(probability)
        return ScoredQAPair(
            **fields,
            round_trip_answer=round_trip_answer,
            round_trip=round_trip,
            probability=probability,
            rank=rank,
            rejection_reason=self._rejection_reason(pair, chunk.text, round_trip=round_trip, probability=probability),
        )

    def _rejection_reason(
        self, pair: QAPair, passage: str, *, round_trip: float | None, probability: float | None
    ) -> str | None:
        reason = validate_answer(pair.answer) or validate_question(pair.question, pair.answer, passage)
        if reason is not None:
            return reason
        if self.min_answer_logprob is not None and pair.answer_logprob < self.min_answer_logprob:
            return "improbable answer"
        if self.min_question_logprob is not None and pair.question_logprob < self.min_question_logprob:
            return "improbable question"
        if round_trip is not None and round_trip < self.min_round_trip:
            return "round trip"
        if self.quality is not None and probability is not None and probability < self.quality.min_probability:
            return "improbable pair"
        return None

    def _embed_questions(self, pairs: list[ScoredQAPair]) -> list[np.ndarray]:
        """Returns the word embeddings of the questions; empty arrays for rejected pairs."""
        accepted = [index for index, pair in enumerate(pairs) if pair.rejection_reason is None]
        embeddings = [np.zeros((0, 0))] * len(pairs)
        if accepted:
            _, arrays = self.embedder([pairs[index].question for index in accepted])
            for index, array in zip(accepted, arrays, strict=True):
                embeddings[index] = array
        return embeddings
