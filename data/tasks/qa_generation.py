"""Question-answer pairs of passages by a decoder of any engine: first the answer, then its question."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..length_batching import ANSWER_LENGTHS, STREAM_COUNTS, batch_by_length, bucket
from ..preprocessors.qa_preprocessor import QAPreprocessor
from ..qa.passage_encoding import EncodedPassage
from ..qa.qa_pair import QAPair
from ..search_options import SearchOptions
from .answer_sampling import Answer, AnswerSampling, EncodedBatch, sample_answers


class QAGeneration:
    """Methods that generate question-answer pairs, for the models of every engine.

    A subclass has a `preprocessor`, `num_positions`, the number of positions of its encoder, and the method
    `qa_decoder`.
    """

    preprocessor: QAPreprocessor
    num_positions: int

    def qa_decoder(self, jit_compile: bool | str, streams: int) -> Any:
        """Returns the decoder of a call that writes a number of streams.

        It has the methods `encode`, `sample_answers` and `write_questions`, see `QADecoder`, and
        `pad(rows, length=None)`, which stacks rows to a batch of a shape that the engine is fast for.
        """
        raise NotImplementedError

    def generate(
        self,
        passages: str | Sequence[str],
        num_pairs: int = 5,
        *,
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
        """Generates question-answer pairs of passages.

        Args:
            passages: a text, or several.
            num_pairs: int. Maximum number of pairs per passage. Samples four times as many answers and keeps the most
                probable whose first occurrences do not overlap.
            num_beams: int. Beams of the question.
            top_p: float in (0, 1]. Nucleus of the answer.
            temperature: float > 0. Temperature of the answer.
            max_answer_length: int. Maximum number of tokens; None: the preprocessor's.
            max_question_length: int. Maximum number of tokens; None: the preprocessor's.
            no_repeat_ngram_size: int. Size of n-grams that occur at most once in a question; 0: off.
            seed: int; None: random. The pairs of a passage depend on the seed and the passage only.
            align_to_words: bool. Whether answers start and end at jieba's word boundaries, which improves them.
            batch_size: int. Passages per batch.
            jit_compile: bool or "auto". Whether to compile with XLA; "auto": for 256 passages x answers x beams or
                more.

        Returns:
            A list of `QAPair`, best score first; for several passages a list of such lists.

        Raises:
            ValueError: a passage is empty, too long for the model, or has no known character.
        """
        if num_pairs < 1:
            raise ValueError(f"Expected num_pairs of 1 or more. Received: {num_pairs}")
        texts = [passages] if isinstance(passages, str) else list(passages)
        encoded = [self.preprocessor.passage(text, align_to_words) for text in texts]
        max_answer = max_answer_length or self.preprocessor.max_answer_length
        max_question = max_question_length or self.preprocessor.max_question_length
        for passage in encoded:
            self._check_positions(passage, max_answer + max_question + 2)
        sampling = AnswerSampling(
            num_answers=num_pairs,
            max_length=max_answer,
            temperature=temperature,
            top_p=top_p,
            seed=int(np.random.default_rng().integers(1 << 31)) if seed is None else seed,
        )
        options = SearchOptions(num_beams=num_beams, min_length=1, no_repeat_ngram_size=no_repeat_ngram_size)
        decoder = self.qa_decoder(jit_compile, len(encoded) * num_pairs * num_beams)
        results: list[Any] = [None] * len(encoded)
        for rows in batch_by_length([len(passage.ids) for passage in encoded], batch_size):
            batch = self._encode(decoder, [encoded[row] for row in rows])
            pairs = self._write_questions(
                batch,
                sample_answers(batch, sampling, end_id=self.preprocessor.tokenizer.sep_id),
                num_streams=num_pairs,
                max_answer=max_answer,
                max_question=max_question,
                options=options,
            )
            for row, row_pairs in zip(rows, pairs, strict=True):
                results[row] = sorted(row_pairs, key=lambda pair: -pair.score)
        return results[0] if isinstance(passages, str) else results

    def generate_questions(
        self,
        passages: str | Sequence[str],
        answers: Sequence[str] | Sequence[Sequence[str]],
        *,
        num_beams: int = 3,
        max_question_length: int | None = None,
        no_repeat_ngram_size: int = 0,
        free_answers: bool = False,
        batch_size: int = 16,
        jit_compile: bool | str = "auto",
    ) -> list:
        """Generates a question for each given answer.

        Args:
            passages: a text, or several.
            answers: the answers of the text, or a list of answers for each of the texts. Each must be a span of its
                passage.
            num_beams: int. Beams of the question.
            max_question_length: int. Maximum number of tokens; None: the preprocessor's.
            no_repeat_ngram_size: int. Size of n-grams that occur at most once in a question; 0: off.
            free_answers: bool. Whether to accept answers that are no spans; their pairs have no `start` and `end`.
            batch_size: int. Passages per batch.
            jit_compile: bool or "auto". Whether to compile with XLA; "auto": for 256 passages x answers x beams or
                more.

        Returns:
            A list of `QAPair` in the order of the answers; for several passages a list of such lists.

        Raises:
            ValueError: as `generate`; an answer is empty, or is no span although `free_answers` is False.
        """
        texts = [passages] if isinstance(passages, str) else list(passages)
        answer_texts: list[Any] = [answers] if isinstance(passages, str) else list(answers)
        if len(answer_texts) != len(texts):
            raise ValueError(
                f"Expected a list of answers for each of {len(texts)} passages. Received: {len(answer_texts)}"
            )
        encoded = [self.preprocessor.passage(text) for text in texts]
        answer_ids = [
            [self._answer_ids(passage, answer, free=free_answers) for answer in row]
            for passage, row in zip(encoded, answer_texts, strict=True)
        ]
        max_question = max_question_length or self.preprocessor.max_question_length
        for passage, row in zip(encoded, answer_ids, strict=True):
            self._check_positions(passage, max(map(len, row), default=0) + max_question + 2)
        max_answer = max((len(ids) for row in answer_ids for ids in row), default=1)
        num_answers = max(map(len, answer_ids), default=0)
        options = SearchOptions(num_beams=num_beams, min_length=1, no_repeat_ngram_size=no_repeat_ngram_size)
        decoder = self.qa_decoder(jit_compile, sum(map(len, answer_ids)) * num_beams)
        results: list[Any] = [[] for _ in encoded]
        for rows in batch_by_length([len(passage.ids) for passage in encoded], batch_size) if num_answers else ():
            pairs = self._write_questions(
                self._encode(decoder, [encoded[row] for row in rows]),
                [[Answer(ids) for ids in answer_ids[row]] for row in rows],
                num_streams=bucket(num_answers, STREAM_COUNTS),
                max_answer=bucket(max_answer, ANSWER_LENGTHS),
                max_question=max_question,
                options=options,
            )
            for row, row_pairs in zip(rows, pairs, strict=True):
                results[row] = [
                    pair if pair.start is not None else dataclasses.replace(pair, answer=answer)
                    for pair, answer in zip(row_pairs, answer_texts[row], strict=True)
                ]
        return results[0] if isinstance(passages, str) else results

    def _check_positions(self, passage: EncodedPassage, target_length: int):
        positions = self.num_positions
        if len(passage.ids) + target_length > positions:
            raise ValueError(
                f"A passage of {len(passage.ids)} tokens with {target_length} tokens for answer and question exceeds "
                f"the model's {positions} positions; shorten it or lower max_answer_length or max_question_length."
            )

    def _answer_ids(self, passage: EncodedPassage, answer: str, *, free: bool) -> np.ndarray:
        start = passage.text.find(answer) if answer.strip() else -1
        if start >= 0:
            return passage.span_ids(start, start + len(answer))
        ids = self.preprocessor.tokenizer.tokenize(answer).ids
        if not free or not len(ids):
            raise ValueError(f"Expected an answer that is a span of its passage. Received: {answer!r}")
        return ids

    def _encode(self, decoder: Any, passages: list[EncodedPassage]) -> EncodedBatch:
        """Encodes passages, padded to a bucketed batch size and length."""
        source = decoder.encode(decoder.pad([passage.ids for passage in passages]))
        return EncodedBatch(decoder=decoder, passages=passages, source=source)

    def _write_questions(
        self,
        batch: EncodedBatch,
        answers: list[list[Answer]],
        *,
        num_streams: int,
        max_answer: int,
        max_question: int,
        options: SearchOptions,
    ) -> list[list[QAPair]]:
        """Returns the pairs of each passage in the order of its answers; scores answers without log-probabilities."""
        prompts = np.zeros((len(batch.source.ids), num_streams, max_answer), "int32")
        spans = np.zeros((*prompts.shape[:2], 2), "int32")
        streams = [
            (row, column, answer, batch.passages[row].token_positions(answer.ids))
            for row, row_answers in enumerate(answers)
            for column, answer in enumerate(row_answers)
        ]
        for row, column, answer, positions in streams:
            prompts[row, column, : len(answer.ids)] = answer.ids
            if positions:
                spans[row, column] = positions[0], positions[0] + len(answer.ids)
        beams, scored = batch.decoder.write_questions(
            batch.source,
            prompts,
            spans=spans,
            max_length=max_question,
            options=options,
            score_answers=any(answer.log_prob is None for row in answers for answer in row),
        )
        tokens, lengths, sums = (np.asarray(part)[:, :, 0] for part in (beams.tokens, beams.lengths, beams.log_probs))
        pairs: list[list[QAPair]] = [[] for _ in batch.passages]
        for row, column, answer, positions in streams:
            log_prob = float(np.asarray(scored)[row, column]) if answer.log_prob is None else answer.log_prob
            pair = self._make_pair(
                batch.passages[row],
                answer._replace(log_prob=log_prob),
                positions=positions,
                question=tokens[row, column, : lengths[row, column]],
                question_logprob=float(sums[row, column]),
            )
            pairs[row].append(pair)
        return pairs

    def _make_pair(
        self,
        passage: EncodedPassage,
        answer: Answer,
        *,
        positions: list[int],
        question: np.ndarray,
        question_logprob: float,
    ) -> QAPair:
        """Returns the pair of an answer at token `positions` of its passage; no positions: a free answer."""
        decode, last = self.preprocessor.tokenizer.decode, len(answer.ids) - 1
        answer_logprob: Any = answer.log_prob
        spans = [(int(passage.offsets[i, 0]), int(passage.offsets[i + last, 1])) for i in positions]
        start, end = spans[0] if spans else (None, None)
        text = passage.text[start:end] if spans else decode(answer.ids)
        return QAPair(
            question=decode(question),
            answer=text,
            start=start,
            end=end,
            occurrences=tuple((i, j) for i, j in spans if passage.text[i:j] == text),
            answer_logprob=answer_logprob,
            question_logprob=question_logprob,
            score=(answer_logprob + question_logprob) / (len(answer.ids) + 1 + len(question) + 1),
        )
