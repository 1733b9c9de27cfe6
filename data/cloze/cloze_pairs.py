"""Question-answer pairs to train on, out of plain Chinese text."""

import re

from ..examples import QAExample
from ..text.chinese import CHINESE
from .answer_candidates import LONGEST_ANSWER, ONLY_TIME, AnswerCandidate, answer_candidates, in_place, noun_candidates
from .question_word import is_amount, time_word
from .sentence_runs import SENTENCE
from .subject import UNASKED, subject_of, with_subject
from .word import clause_words

QUESTION_LENGTHS = range(6, 33)
LONGEST_CLAUSE = QUESTION_LENGTHS[-1] + LONGEST_ANSWER
CLAUSE = re.compile(r"(?:[^，：,。！？；!?;:\n]|(?<=\d)[,:：](?=\d))+")


def cloze_pairs(passage: str, all_nouns: bool = False) -> list[QAExample]:
    """Pairs of a passage by rules: part of a clause is the answer, and a question word stands in its place.

    Answers are times, amounts, scores, persons, places and objects, by jieba's parts of speech. A clause without a
    subject gets the first one of its sentence, else of the passage, which may be the wrong one. Not every question is
    one that a person would ask; a model that is to learn from few pairs of people learns from these first how a
    question is made of its passage.

    Args:
        passage: A text of a few sentences. Only clauses of Chinese words are asked about.
        all_nouns: All nouns of all clauses are answers, and clauses without a subject that is known stay without:
            about ten times as many pairs, less like those of people.

    Returns:
        `QAExample`s with their `start`, none twice on the same place.

    Example:

    >>> for pair in cloze_pairs("陈静是一位作家，1998年出版了第一本小说。"):
    ...     print(pair.question, pair.answer)
    谁是一位作家？ 陈静
    陈静哪一年出版了第一本小说？ 1998年

    Reference:
        Lewis et al., Unsupervised Question Answering by Cloze Translation, ACL 2019.
    """
    found: dict[tuple[int, int], QAExample] = {}
    topic = ""
    for sentence in SENTENCE.finditer(passage):
        subject, time = "", None
        for clause in CLAUSE.finditer(passage, *sentence.span()):
            only_time = ONLY_TIME.fullmatch(clause.group())
            if only_time:
                first = clause.start() + only_time.start("time")
                time = in_place((first, first + len(only_time["time"])), time_word(only_time["time"]))
                continue
            when, time = time, None
            words = clause_words(clause.group(), clause.start())
            own = subject_of(words)
            subject = subject or own
            topic = topic or own
            prefix, kept = with_subject(words, bool(own), subject or topic)
            words = kept or words if all_nouns else kept
            if words and words[-1].end - words[0].start > LONGEST_CLAUSE:
                continue
            for blank in (*answer_candidates(passage, words), *(noun_candidates(words) if all_nouns else ())):
                before, after = prefix + passage[words[0].start : blank.left], passage[blank.right : words[-1].end]
                rest = [word for word in words if not blank.left <= word.start < blank.right]
                if is_amount(blank.question_word) or any(word.flag[0] == "v" or word.flag == "ul" for word in rest):
                    _keep(found, passage, blank, before, after)
            if when and any(word.flag[0] == "v" for word in words):
                _keep(found, passage, when, "", prefix + passage[words[0].start : words[-1].end])
    return list(found.values())


def _keep(
    found: dict[tuple[int, int], QAExample], passage: str, blank: AnswerCandidate, before: str, after: str
) -> None:
    answer, question = passage[blank.start : blank.end], f"{before}{blank.question_word}{after}？"
    fits = len(question) in QUESTION_LENGTHS and len(answer) <= LONGEST_ANSWER and len(before + after) >= 4
    if fits and answer not in question and not UNASKED.search(question) and re.search(CHINESE, before + after):
        found.setdefault((blank.start, blank.end), QAExample(passage, question, answer, blank.start))
