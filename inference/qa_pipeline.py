"""From documents of any length to pairs worth keeping."""

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..data.qa.qa_pair import QAPair, ScoredQAPair
from ..data.qa.validate_question import validate_question
from ..data.text.chunking import Chunk, chunk_passage
from ..metrics.f1 import answer_f1
from .deduplication import Deduplicator

CHUNK = 4
LEAST_ROUND_TRIP = 0.01


class _Part(NamedTuple):
    """A piece of a document, and whether it is the last."""

    piece: Chunk
    is_last: bool


class QAPipeline:
    """Generates, scores, filters, merges and ranks question-answer pairs.

    A document is cut into overlapping pieces at the ends of sentences. Pairs of each are rejected for the form of the
    question (`validate_question`), by their log-probabilities, by the round trip (the reader, asked the question on the
    piece, must find the answer), and as duplicates (`Deduplicator`).

    Args:
        generator: `QAGenerator`.
        round_trip_model: `ExtractiveQA`, of any vocabulary; None: no round trip.
        vectors: `vectors(texts) -> (units, [words, d] for each)`, for the similarity of questions; None: `ContextualEmbedder`
            of the generator's encoder.
        min_answer_logprob: float, nats; None: any.
        min_question_logprob: float, nats; None: any.
        min_round_trip: float in [0, 1], the least `answer_f1` of the reader's answer; 1: the same words.
        max_similarity: float in [-1, 1], of two questions.

    Raises:
        ValueError: a level is out of range.

    Example:

    >>> from textzoo.data import Tokenizer
    >>> from textzoo.models import Encoder, QAGenerator, QAPreprocessor
    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李来了谁？。"])
    >>> encoder = Encoder(tokenizer.vocab_size, 16, 1, 2, 32, max_length=64)
    >>> flow = QAPipeline(QAGenerator(encoder, QAPreprocessor(tokenizer, 8, 3, 6), copy_head=True))
    >>> document = "小李来了。小李来了。小李来了。"
    >>> pairs = flow.generate(document, num_pairs=2, seed=0)
    >>> all(document[pair.start : pair.end] == pair.answer for pair in pairs)
    True

    Reference:
        Alberti et al., Synthetic QA Corpora Generation with Roundtrip Consistency, ACL 2019.
    """

    def __init__(
        self,
        generator: Any,
        round_trip_model: Any = None,
        vectors: Callable[[Sequence[str]], tuple[Any, list[np.ndarray]]] | None = None,
        min_answer_logprob: float | None = None,
        min_question_logprob: float | None = None,
        min_round_trip: float = 0.5,
        max_similarity: float = 0.9,
    ):
        if not 0 <= min_round_trip <= 1:
            raise ValueError(f"Expected min_round_trip in [0, 1]. Received: {min_round_trip}")
        if not -1 <= max_similarity <= 1:
            raise ValueError(f"Expected max_similarity in [-1, 1]. Received: {max_similarity}")
        self.generator, self.round_trip_model = generator, round_trip_model
        self.vectors = vectors or generator.embedder()
        self.min_answer_logprob = min_answer_logprob
        self.min_question_logprob = min_question_logprob
        self.min_round_trip, self.max_similarity = min_round_trip, max_similarity

    def generate(
        self,
        documents: str | Iterable[str],
        num_pairs: int = 10,
        seed: int | None = None,
        batch_size: int = 16,
        **options: Any,
    ) -> Any:
        """The pairs of documents, kept and rejected.

        Args:
            documents: a text of any length, or any number of them, which are read as they are needed.
            num_pairs: int. Answers drawn for each piece.
            seed: as in `QAGenerator.generate`.
            batch_size: int. Pieces at a time.
            **options: of `QAGenerator.generate`.

        Returns:
            A list of `ScoredQAPair`: those that are kept, best rank first, then the rejected ones. For several documents
            an iterator over such lists, which holds the pairs of a few documents at a time.

        Raises:
            ValueError: nothing of a document can be read, or as `QAGenerator.generate`.
        """
        if isinstance(documents, str):
            return next(self.generate([documents], num_pairs, seed, batch_size, **options))
        seed = int(np.random.default_rng().integers(1 << 31)) if seed is None else seed
        return self._generate(documents, batch_size, {"num_pairs": num_pairs, "seed": seed} | options)

    def _generate(self, documents, batch_size, options) -> Iterator[list[ScoredQAPair]]:
        merge = Deduplicator(self.max_similarity)
        every = self._parts(documents)
        for parts in iter(lambda: list(itertools.islice(every, CHUNK * batch_size)), []):
            texts = [part.piece.text for part in parts]
            generated = self.generator.generate(texts, batch_size=batch_size, **options)
            judged = self._judge([part.piece for part in parts], generated, batch_size)
            vectors = iter(self._vectors([pair for pairs in judged for pair in pairs]))
            for (piece, is_last), pairs in zip(parts, judged, strict=True):
                merge.add(pairs, [next(vectors) for _ in pairs], piece.start, piece.start + len(piece.text))
                if is_last:
                    yield sorted(merge.pairs, key=lambda pair: (pair.rejection_reason is not None, -pair.rank))
                    merge = Deduplicator(self.max_similarity)

    def _parts(self, documents: Iterable[str]) -> Iterator[_Part]:
        preprocessor = self.generator.preprocessor
        limit = preprocessor.max_source_length - 2
        for document in documents:
            pieces = chunk_passage(document, preprocessor.tokenizer, limit, overlap=limit // 4)
            readable = [piece for piece in pieces if self._is_readable(piece.text)]
            if not readable:
                raise ValueError(f"Expected a document with known characters. Received: {document[:40]!r}")
            yield from (_Part(piece, piece is readable[-1]) for piece in readable)

    def _is_readable(self, text: str) -> bool:
        ids = self.generator.preprocessor.tokenizer.tokenize(text).ids
        return bool(np.any(ids != self.generator.preprocessor.tokenizer.unk_id))

    def _judge(self, pieces: list[Chunk], generated: list[list[QAPair]], batch_size: int) -> list[list[ScoredQAPair]]:
        asked = [
            (piece.text, pair.question)
            for piece, pairs in zip(pieces, generated, strict=True)
            for pair in pairs
            if pair.question.strip()
        ]
        found = (
            None if self.round_trip_model is None else iter(self.round_trip_model.answer(*_columns(asked), batch_size))
        )
        return [
            [
                self._judged(pair, piece.start, next(found) if found and pair.question.strip() else None)
                for pair in pairs
            ]
            for piece, pairs in zip(pieces, generated, strict=True)
        ]

    def _judged(self, pair: QAPair, shift: int, answer: Any) -> ScoredQAPair:
        fields = {field.name: getattr(pair, field.name) for field in dataclasses.fields(pair)}
        places = tuple((start + shift, end + shift) for start, end in pair.occurrences)
        fields |= {"start": places[0][0], "end": places[0][1], "occurrences": places}
        rank, round_trip, text = pair.score, None, None
        if answer is not None:
            margin = answer.score - answer.no_answer_score
            text = answer.text if margin >= 0 else ""
            round_trip = answer_f1(text, pair.answer)
            rank += math.log(max(round_trip, LEAST_ROUND_TRIP)) - float(np.logaddexp(0, -margin))
        reason = validate_question(pair.question, pair.answer)
        if reason is None:
            reason = self._improbable(pair)
        if reason is None and round_trip is not None and round_trip < self.min_round_trip:
            reason = "round trip"
        return ScoredQAPair(**fields, round_trip_answer=text, round_trip=round_trip, rank=rank, rejection_reason=reason)

    def _improbable(self, pair: QAPair) -> str | None:
        if self.min_answer_logprob is not None and pair.answer_logprob < self.min_answer_logprob:
            return "improbable answer"
        if self.min_question_logprob is not None and pair.question_logprob < self.min_question_logprob:
            return "improbable question"
        return None

    def _vectors(self, pairs: list[ScoredQAPair]) -> list[np.ndarray]:
        wanted = [number for number, pair in enumerate(pairs) if pair.rejection_reason is None]
        vectors = [np.zeros((0, 0))] * len(pairs)
        if wanted:
            found = self.vectors([pairs[number].question for number in wanted])[1]
            for number, vector in zip(wanted, found, strict=True):
                vectors[number] = vector
        return vectors


def _columns(asked: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [text for text, _ in asked], [question for _, question in asked]
