"""Answers between text and model: given or sampled answers as tokens, and the pairs made of them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from ..text.source_spelling import source_spelling
from ..text.tokenizer import Tokenizer
from .answer_span import answer_span, answer_text
from .non_overlapping_spans import non_overlapping_spans
from .passage_encoding import EncodedPassage
from .qa_pair import QAPair
from .validate_answer import validate_answer


class EncodedAnswer(NamedTuple):
    """An answer of a passage as text and tokens.

    `text`: the answer. `ids`: int32 `[a]`, its tokens. `span`: start and end in code points of the passage, None for an
    answer in words of its own. `tokens`: start and end of its tokens in the source, `(0, 0)` without a span.
    `log_prob`: log-probability of the tokens and the end token in nats; None: not known yet.
    """

    text: str
    ids: np.ndarray
    span: tuple[int, int] | None
    tokens: tuple[int, int]
    log_prob: float | None = None


def encode_answer(answer: Any, passage: EncodedPassage, tokenizer: Tokenizer, *, free: bool = False) -> EncodedAnswer:
    """Encodes an answer that a user gives.

    Args:
        answer: A string, a span or a dict, see `answer_span`.
        passage: The passage.
        tokenizer: The model's tokenizer.
        free: Whether the answer may be in words of its own.

    Returns:
        `EncodedAnswer`. Its tokens are those that overlap the span, which may reach beyond it.

    Raises:
        ValueError: The answer has no tokens, is no span although `free` is False, or as `answer_span`.
    """
    span = answer_span(passage.text, answer)
    if span is not None:
        tokens = passage.token_span(*span)
        if tokens[1]:
            return EncodedAnswer(
                text=passage.text[slice(*span)], ids=passage.ids[slice(*tokens)], span=span, tokens=tokens
            )
    text = passage.text[slice(*span)] if span is not None else answer_text(answer)
    ids = tokenizer.tokenize(text).ids
    if not free or not len(ids):
        is_part = text.strip() and text in passage.text
        cure = ", which occurs only inside longer words; pass it as (start, end)" if is_part else ""
        raise ValueError(f"Expected an answer that is a span of its passage. Received: {text!r}{cure}.")
    return EncodedAnswer(text=text, ids=ids, span=None, tokens=(0, 0))


def best_answers(
    samples: Iterable[tuple[np.ndarray, float]], passage: EncodedPassage, *, num_answers: int
) -> list[EncodedAnswer]:
    """Selects the most probable well-formed answers that do not overlap where each occurs first.

    Args:
        samples: Token ids and log-probabilities of sampled spans; the same span may occur several times.
        passage: The passage.
        num_answers: Maximum number of answers.

    Returns:
        The answers, most probable first.
    """
    answers = []
    for ids, log_prob in {ids.tobytes(): (ids, log_prob) for ids, log_prob in samples if len(ids)}.values():
        first = passage.token_positions(ids)[0]
        tokens = first, first + len(ids)
        span = int(passage.offsets[first, 0]), int(passage.offsets[tokens[1] - 1, 1])
        text = passage.text[slice(*span)]
        if validate_answer(text) is None:
            answers.append(EncodedAnswer(text=text, ids=ids, span=span, tokens=tokens, log_prob=float(log_prob)))
    log_probs: Any = [answer.log_prob for answer in answers]  # all known here
    selected = non_overlapping_spans([answer.tokens for answer in answers], log_probs)
    return [answers[index] for index in selected[:num_answers]]


def qa_pair(
    answer: EncodedAnswer,
    passage: EncodedPassage,
    tokenizer: Tokenizer,
    *,
    question: np.ndarray,
    question_logprob: float,
    answer_logprob: float,
) -> QAPair:
    """Builds the pair of an answer and the token ids of its question."""
    spans = [
        (int(passage.offsets[i, 0]), int(passage.offsets[i + len(answer.ids) - 1, 1]))
        for i in passage.token_positions(answer.ids)
    ]
    occurrences = {span for span in spans if passage.text[slice(*span)] == answer.text} if answer.span else set()
    start, end = answer.span or (None, None)
    num_tokens = len(answer.ids) + 1 + len(question) + 1
    return QAPair(
        question=source_spelling(
            question, text=passage.text, source_ids=passage.ids, offsets=passage.offsets, tokenizer=tokenizer
        ),
        answer=answer.text,
        start=start,
        end=end,
        occurrences=tuple(sorted(occurrences | ({answer.span} if answer.span else set()))),
        answer_logprob=float(answer_logprob),
        question_logprob=float(question_logprob),
        score=float(answer_logprob + question_logprob) / num_tokens,
    )
