"""Cloze questions: question-answer pairs for training from plain Chinese text."""

import re

from ..check_types import check_types
from ..examples import QAExample
from ..text.chinese import CHINESE
from ..text.generated_form import form_fault
from .answer_candidates import (
    MAX_ANSWER_LENGTH,
    ONLY_TIME,
    AnswerCandidate,
    answer_candidates,
    in_situ,
    noun_candidates,
)
from .group_sentences import SENTENCE
from .question_word import asks_for_amount, question_word_for_time
from .subject import UNASKED_CHARACTERS, find_subject, resolve_subject
from .tag_words import TaggedWord, tag_words

_QUESTION_LENGTHS = range(6, 33)
_MAX_CLAUSE_LENGTH = _QUESTION_LENGTHS[-1] + MAX_ANSWER_LENGTH
_MIN_CONTEXT_LENGTH = 4
_UNFINISHED = set(
    "时 时候 之际 期间 后 前 之后 之前 以后 以前 以来 为止 的 说 称 曰 道 问 说道 写道 回答 指出 表示 宣布 认为 发现 "
    "表明 显示 方面".split()
)
_CONDITION = re.compile("如果|假如|若(?![干羌尔])|倘若|只要|除非|无论|不管|即使|哪怕|除了")
_HEADWORD = re.compile(r"([^，,。：:；（(《“\s]{2,12})[（(][^（()）]*[）)]\s*[，,是为]")
_CLAUSE = re.compile(r"(?:[^，：,。！？；!?;:\n]|(?<=\d)[,:：](?=\d))+")


@check_types
def cloze_pairs(passage: str, all_nouns: bool = False) -> list[QAExample]:
    """Creates question-answer pairs by rules: a question word replaces a part of a clause, which is the answer.

    Answers are times, amounts, scores, persons, places and objects, by jieba's parts of speech. A clause without a
    subject gets the only one before it in its sentence; if there is none, that of the passage's first clause or the
    name before the bracket that opens the passage. Not every question is natural. The pairs are for pretraining: a
    model that is then fine-tuned on few human pairs already knows how to form a question from its passage.

    Args:
        passage: A text of a few sentences. Only clauses of Chinese words are used.
        all_nouns: Whether all nouns of all clauses are answers. A clause whose subject is unknown then stays as it is.
            Gives about ten times as many pairs, less like human ones.

    Returns:
        `QAExample`s with their `start`, at most one per answer span.

    Example:

    >>> for pair in cloze_pairs("陈静是一位作家，1998年出版了第一本小说。"):
    ...     print(pair.question, pair.answer)
    谁是一位作家？ 陈静
    陈静哪一年出版了第一本小说？ 1998年

    Reference:
        Lewis et al., Unsupervised Question Answering by Cloze Translation, ACL 2019.
    """
    pairs: dict[tuple[int, int], QAExample] = {}
    headword = _HEADWORD.match(passage)
    topic = headword[1] if headword and all(word.is_nominal for word in tag_words(headword[1], 0)) else None
    for sentence in SENTENCE.finditer(passage):
        subjects, time_before = set[str](), None
        for clause in _CLAUSE.finditer(passage, sentence.start(), sentence.end()):
            only_time = ONLY_TIME.fullmatch(clause.group())
            if only_time:
                start, time = clause.start() + only_time.start("time"), only_time["time"]
                time_before = in_situ((start, start + len(time)), question_word_for_time(time))
                continue
            clause_time, time_before = time_before, None
            words = tag_words(clause.group(), clause.start())
            own_subject = find_subject(words)
            topic = own_subject if topic is None else topic
            understood = topic if not subjects else next(iter(subjects)) if len(subjects) == 1 else ""
            if own_subject:
                subjects.add(own_subject)
            if _CONDITION.match(clause.group().strip()) or not words or words[-1].text in _UNFINISHED:
                continue
            if passage[clause.end() : clause.end() + 1] in tuple("：:？?"):
                continue
            prefix, resolved = resolve_subject(words, understood, has_subject=bool(own_subject))
            words = resolved or words if all_nouns else resolved
            if words and words[-1].end - words[0].start > _MAX_CLAUSE_LENGTH:
                continue
            nouns = noun_candidates(words) if all_nouns else ()
            for candidate in (*answer_candidates(passage, words), *nouns):
                before = prefix + passage[words[0].start : candidate.replaced_start]
                after = passage[candidate.replaced_end : words[-1].end]
                if asks_for_amount(candidate.question_word) or _has_predicate(words, candidate):
                    _add(pairs, passage, candidate=candidate, before=before, after=after)
            if clause_time and any(word.tag[0] == "v" for word in words):
                _add(
                    pairs,
                    passage,
                    candidate=clause_time,
                    before="",
                    after=prefix + passage[words[0].start : words[-1].end],
                )
    return list(pairs.values())


def _has_predicate(words: list[TaggedWord], candidate: AnswerCandidate) -> bool:
    """Returns whether a clause has a verb, or `了`, beside the answer."""
    if candidate.question_word.startswith("是"):
        return True
    rest = [word for word in words if not candidate.replaced_start <= word.start < candidate.replaced_end]
    return any(word.tag[0] == "v" or word.tag == "ul" for word in rest)


def _add(
    pairs: dict[tuple[int, int], QAExample], passage: str, *, candidate: AnswerCandidate, before: str, after: str
) -> None:
    """Adds the pair of a candidate if its form is right and its span has none yet."""
    answer, question = passage[candidate.start : candidate.end], f"{before}{candidate.question_word}{after}？"
    context = before + after
    fits = len(question) in _QUESTION_LENGTHS and len(answer) <= MAX_ANSWER_LENGTH
    fits = fits and len(context) >= _MIN_CONTEXT_LENGTH and answer not in question and form_fault(answer) is None
    if fits and not UNASKED_CHARACTERS.search(question) and re.search(CHINESE, context):
        pairs.setdefault((candidate.start, candidate.end), QAExample(passage, question, answer, candidate.start))
