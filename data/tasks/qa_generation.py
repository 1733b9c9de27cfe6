"""Question-answer pairs of passages by a decoder of any engine: first the answer, then its question."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..check_counts import check_counts, check_range, is_whole_number
from ..decoding_constants import NO_HYPOTHESIS
from ..decoding_memory import check_decoding_memory
from ..length_batching import ANSWER_LENGTHS, STREAM_COUNTS, batch_by_length, bucket
from ..preprocessors.qa_preprocessor import QAPreprocessor
from ..qa.diverse_texts import diverse_texts
from ..qa.encoded_answer import EncodedAnswer, encode_answer, qa_pair
from ..qa.passage_encoding import EncodedPassage
from ..qa.qa_pair import QAPair
from ..search_options import SearchOptions
from ..text.check_texts import check_texts
from .answer_sampling import SAMPLES_PER_ANSWER, AnswerSampling, EncodedBatch, sample_answers


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
        `pad(rows, length=None)`, which stacks rows to a batch of a shape that the engine is fast for. Its `unilm` has
        `sizes`.
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
        seed: int | None = 0,
        resample: bool = False,
        align_to_words: bool = True,
        batch_size: int = 16,
        jit_compile: bool | str = "auto",
    ) -> list:
        """Generates question-answer pairs of passages.

        Args:
            passages: a text, or several.
            num_pairs: int. Maximum number of pairs per passage. Samples four times as many answers and keeps the most
                probable ones that are well-formed (`validate_answer`) and whose first occurrences do not overlap.
            num_beams: int. Beams of the question.
            top_p: float from 1e-6 to 1. Nucleus of the answer.
            temperature: float from 1e-6 to 1e6. Temperature of the answer.
            max_answer_length: int. Maximum number of tokens; None: the preprocessor's.
            max_question_length: int. Maximum number of tokens; None: the preprocessor's.
            no_repeat_ngram_size: int. Size of n-grams that occur at most once in a question; 0: off.
            seed: int; None: random. The pairs of a passage depend on the seed and the passage only. The default is that
                of the command line.
            resample: bool. Whether to sample again where the answers are fewer than `num_pairs`, up to seven times at
                twice the temperature, so that a passage gets exactly `num_pairs` if it has so many answers.
            align_to_words: bool. Whether answers start and end at jieba's word boundaries, which improves them.
            batch_size: int. Passages per batch.
            jit_compile: bool or "auto". Whether to compile with XLA; "auto": for 256 passages x answers x beams or
                more.

        Returns:
            A list of `QAPair`, best score first; for several passages a list of such lists.

        Raises:
            ValueError: a passage is no string, is empty, too long for the model, or has no known character; a number is
                out of range; the beams of a batch do not fit into memory.
        """
        check_counts(num_pairs=num_pairs, num_beams=num_beams, batch_size=batch_size)
        texts = check_texts(passages, "passage")
        encoded = [self.preprocessor.passage(text, align_to_words) for text in texts]
        max_answer = self.preprocessor.max_answer_length if max_answer_length is None else max_answer_length
        max_question = self._max_question_length(max_question_length)
        check_counts(max_answer_length=max_answer)
        check_range("temperature", temperature, minimum=1e-6, maximum=1e6)
        check_range("top_p", top_p, minimum=1e-6, maximum=1)
        if seed is not None and (not is_whole_number(seed) or seed < 0):
            raise ValueError(f"Expected a seed of 0 or more, or None. Received: {seed!r}.")
        for passage in encoded:
            self._check_positions(passage, max_answer + max_question + 2)
        sampling = AnswerSampling(
            num_answers=num_pairs,
            max_length=max_answer,
            temperature=temperature,
            top_p=top_p,
            seed=int(np.random.default_rng().integers(1 << 31)) if seed is None else seed,
            resample=resample,
        )
        options = SearchOptions(num_beams=num_beams, min_length=1, no_repeat_ngram_size=no_repeat_ngram_size)
        decoder = self.qa_decoder(jit_compile, len(encoded) * num_pairs * num_beams)
        check_decoding_memory(
            decoder.unilm.sizes,
            streams=min(batch_size, len(texts)) * num_pairs * max(num_beams, SAMPLES_PER_ANSWER),
            length=max_answer + max_question + 2,
            options=f"num_beams {num_beams}, num_pairs {num_pairs} and batch_size {batch_size}",
        )
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
        answers: Sequence[Any],
        *,
        num_beams: int = 3,
        max_question_length: int | None = None,
        no_repeat_ngram_size: int = 0,
        num_questions: int = 1,
        free_answers: bool = False,
        batch_size: int = 16,
        jit_compile: bool | str = "auto",
    ) -> list:
        """Generates a question for each given answer.

        Args:
            passages: a text, or several.
            answers: the answers of the text, or a list of answers for each of the texts. An answer is a string, a span
                `(start, end)` of the passage in code points, or a dict with `text` and `start`. A string stands for its
                first occurrence, see `locate_answer`.
            num_beams: int. Beams of the question.
            max_question_length: int. Maximum number of tokens; None: the preprocessor's.
            no_repeat_ngram_size: int. Size of n-grams that occur at most once in a question; 0: off.
            num_questions: int. Number of different questions per answer, at most `num_beams`: the most probable one,
                then those most unlike the chosen ones, see `diverse_texts`. An answer may get fewer.
            free_answers: bool. Whether to accept answers that are no spans; their pairs have no `start` and `end`.
            batch_size: int. Passages per batch.
            jit_compile: bool or "auto". Whether to compile with XLA; "auto": for 256 passages x answers x beams or
                more.

        Returns:
            A list of `QAPair` in the order of the answers, and of the questions of an answer; for several passages a
            list of such lists.

        Raises:
            ValueError: as `generate`; `num_questions` is above `num_beams`; `answers` is no list; an answer is empty,
                or is no span although `free_answers` is False.
        """
        check_counts(num_beams=num_beams, batch_size=batch_size, num_questions=num_questions)
        if num_questions > num_beams:
            raise ValueError(f"Expected num_questions of at most num_beams {num_beams}. Received: {num_questions}.")
        texts = check_texts(passages, "passage")
        encoded = [self.preprocessor.passage(text) for text in texts]
        given = self._encode_answers([answers] if isinstance(passages, str) else answers, encoded, free=free_answers)
        max_question = self._max_question_length(max_question_length)
        for passage, row in zip(encoded, given, strict=True):
            self._check_positions(passage, max((len(answer.ids) for answer in row), default=0) + max_question + 2)
        max_answer = max((len(answer.ids) for row in given for answer in row), default=1)
        num_answers = max(map(len, given), default=0)
        options = SearchOptions(num_beams=num_beams, min_length=1, no_repeat_ngram_size=no_repeat_ngram_size)
        decoder = self.qa_decoder(jit_compile, sum(map(len, given)) * num_beams)
        check_decoding_memory(
            decoder.unilm.sizes,
            streams=min(batch_size, len(texts)) * num_answers * num_beams,
            length=max_answer + max_question + 2,
            options=f"num_beams {num_beams}, {num_answers} answers and batch_size {batch_size}",
        )
        results: list[Any] = [[] for _ in encoded]
        for rows in batch_by_length([len(passage.ids) for passage in encoded], batch_size) if num_answers else ():
            pairs = self._write_questions(
                self._encode(decoder, [encoded[row] for row in rows]),
                [given[row] for row in rows],
                num_streams=bucket(num_answers, STREAM_COUNTS),
                max_answer=bucket(max_answer, ANSWER_LENGTHS),
                max_question=max_question,
                options=options,
                num_questions=num_questions,
            )
            for row, row_pairs in zip(rows, pairs, strict=True):
                results[row] = row_pairs
        return results[0] if isinstance(passages, str) else results

    def _check_positions(self, passage: EncodedPassage, target_length: int):
        positions = self.num_positions
        if len(passage.ids) + target_length > positions:
            raise ValueError(
                f"A passage of {len(passage.ids)} tokens with {target_length} tokens for answer and question exceeds "
                f"the model's {positions} positions; shorten it or lower max_answer_length or max_question_length."
            )

    def _max_question_length(self, length: int | None) -> int:
        length = self.preprocessor.max_question_length if length is None else length
        check_counts(max_question_length=length)
        return int(length)

    def _encode_answers(
        self, answers: Sequence[Any], passages: list[EncodedPassage], *, free: bool
    ) -> list[list[EncodedAnswer]]:
        """Encodes the answers given for each passage."""
        for row in (answers, *(answers if isinstance(answers, list | tuple) else ())):
            if not isinstance(row, list | tuple):
                received = f"{type(row).__name__} {row!r:.60}"
                raise ValueError(f"Expected a list of answers for each passage. Received: {received}.")
        if len(answers) != len(passages):
            count = len(passages)
            raise ValueError(f"Expected a list of answers for each of {count} passages. Received: {len(answers)}.")
        tokenizer = self.preprocessor.tokenizer
        return [
            [encode_answer(answer, passage, tokenizer, free=free) for answer in row]
            for passage, row in zip(passages, answers, strict=True)
        ]

    def _encode(self, decoder: Any, passages: list[EncodedPassage]) -> EncodedBatch:
        """Encodes passages, padded to a bucketed batch size and length."""
        source = decoder.encode(decoder.pad([passage.ids for passage in passages]))
        return EncodedBatch(decoder=decoder, passages=passages, source=source)

    def _write_questions(
        self,
        batch: EncodedBatch,
        answers: list[list[EncodedAnswer]],
        *,
        num_streams: int,
        max_answer: int,
        max_question: int,
        options: SearchOptions,
        num_questions: int = 1,
    ) -> list[list[QAPair]]:
        """Returns the pairs of each passage in the order of its answers; scores answers without log-probabilities."""
        prompts = np.zeros((len(batch.source.ids), num_streams, max_answer), "int32")
        spans = np.zeros((*prompts.shape[:2], 2), "int32")
        streams = [
            (row, column, answer)
            for row, row_answers in enumerate(answers)
            for column, answer in enumerate(row_answers)
        ]
        if not streams:
            return [[] for _ in answers]
        for row, column, answer in streams:
            prompts[row, column, : len(answer.ids)] = answer.ids
            spans[row, column] = answer.tokens
        beams, scored = batch.decoder.write_questions(
            batch.source,
            prompts,
            spans=spans,
            max_length=max_question,
            options=options,
            score_answers=any(answer.log_prob is None for row in answers for answer in row),
        )
        tokens, lengths, sums = (np.asarray(part) for part in (beams.tokens, beams.lengths, beams.log_probs))
        is_finished = np.asarray(beams.scores) > NO_HYPOTHESIS / 2
        pairs: list[list[QAPair]] = [[] for _ in batch.passages]
        for row, column, answer in streams:
            log_prob = np.asarray(scored)[row, column] if answer.log_prob is None else answer.log_prob
            found = [
                qa_pair(
                    answer,
                    batch.passages[row],
                    self.preprocessor.tokenizer,
                    question=tokens[row, column, beam, : lengths[row, column, beam]],
                    question_logprob=sums[row, column, beam],
                    answer_logprob=log_prob,
                )
                for beam in range(tokens.shape[2] if num_questions > 1 else 1)
                if beam == 0 or is_finished[row, column, beam]
            ]
            pairs[row] += [found[i] for i in diverse_texts([pair.question for pair in found], num_questions)]
        return pairs
