"""What a clause speaks of, and what it speaks of where it does not say so."""

import re

from .word import Word

UNASKED = re.compile(r"[《》“”「」『』（）()\[\]\"'、…—·]")
PRONOUNS = set("他 她 它 其 该 此 这 那 他们 她们 它们 我 我们 本文 该书 该片".split())
NO_SUBJECT = {"结果", "实验", "意思", "内容", "总数", "里面", "其他", "方面", "目前", "后来", "当时", "时候"}
SPEAKS_ITSELF = {"提出", "设计", "建立", "给出", "采用", "利用", "针对"}


def subject_of(words: list[Word]) -> str:
    """What a clause begins with, where that is a noun and the clause goes on with a verb; empty: it has none."""
    count = 2 if _points(words) else 0
    while count < len(words) and (words[count].nominal or words[count].text in "的和与" and count):
        count += 1
    while count and words[count - 1].flag in ("vn", "a", "b"):
        count -= 1
    head = "".join(word.text for word in words[:count])
    goes_on = count < len(words) and words[count].flag[0] in "vpda"
    good = count and goes_on and words[count - 1].flag[0] in "nj" and 2 <= len(head) <= 14
    return head if good and not UNASKED.search(head) and words[count - 1].text not in NO_SUBJECT else ""


def with_subject(words: list[Word], has_subject: bool, subject: str) -> tuple[str, list[Word]]:
    """The subject that a clause lacks, and the words that are its own; no words: it cannot be asked about."""
    if has_subject or not words or _points(words) or words[0].text in SPEAKS_ITSELF:
        return "", words
    if words[0].text in PRONOUNS:
        return (subject, words[1:]) if subject and words[1:] and words[1].flag[0] in "vpdtmu" else ("", [])
    if words[0].flag[0] in "vpdtm":
        return (subject, words) if subject else ("", [])
    return "", [] if words[0].flag[0] in "ury" else words


def _points(words: list[Word]) -> bool:
    """Whether they begin as `这款耳机` and `该方法` do."""
    counted = len(words) > 2 and words[0].text in ("这", "那", "该") and words[1].flag in ("m", "q")
    return words[2].nominal if counted else len(words) > 1 and words[0].text == "该" and words[1].nominal
