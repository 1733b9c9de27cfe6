"""Subjects of clauses, stated or understood from an earlier clause."""

import re

from .tag_words import TaggedWord

UNASKED_CHARACTERS = re.compile(r"[《》“”「」『』（）()\[\]\"'、…—·]")
"""Characters that neither a subject nor a question may contain: quotation marks, brackets and the like."""

_PRONOUNS = set("他 她 它 其 该 此 这 那 本文 该书 该片".split())
_UNRESOLVED = set("他们 她们 它们 我 我们 你 你们 自己 人们 大家".split())
_NEVER_SUBJECTS = {"结果", "实验", "意思", "内容", "总数", "里面", "其他", "方面", "目前", "后来", "当时", "时候"}
_VERBS_WITHOUT_SUBJECT = {"提出", "设计", "建立", "给出", "采用", "利用", "针对"}
_MAX_LENGTH = 14


def find_subject(words: list[TaggedWord]) -> str:
    """Returns the subject of a clause: its first nouns, perhaps after a time, if a verb follows; "" if it has none."""
    first = next((index for index, word in enumerate(words) if word.tag[0] not in "tdm"), 0)
    words = words[first:]
    count = 2 if _starts_with_demonstrative(words) else 0
    while count < len(words) and (words[count].is_nominal or words[count].text in "的和与" and count):
        count += 1
    while count and words[count - 1].tag in ("vn", "a", "b"):
        count -= 1
    subject = "".join(word.text for word in words[:count])
    verb_follows = count < len(words) and words[count].tag[0] in "vpda"
    valid = count and verb_follows and words[count - 1].tag[0] in "nj" and 2 <= len(subject) <= _MAX_LENGTH
    valid = valid and not UNASKED_CHARACTERS.search(subject) and words[count - 1].text not in _NEVER_SUBJECTS
    return subject if valid else ""


def resolve_subject(words: list[TaggedWord], subject: str, *, has_subject: bool) -> tuple[str, list[TaggedWord]]:
    """Completes a clause that lacks a subject or begins with a pronoun.

    Args:
        words: The words of the clause.
        subject: The subject that is understood; "" if unknown.
        has_subject: Whether the clause has a subject of its own.

    Returns:
        The subject to put before the clause ("" if it needs none; with 的 for 其) and the words of the clause without
        its pronoun. No words: the clause cannot be asked about.
    """
    if has_subject or not words or _starts_with_demonstrative(words) or words[0].text in _VERBS_WITHOUT_SUBJECT:
        return "", words
    first, rest = words[0], words[1:]
    if first.text in _UNRESOLVED:
        return "", []
    if first.text == "其" and rest and (rest[0].tag[0] == "n" or rest[0].tag == "vn"):
        return (f"{subject}的", rest) if subject else ("", [])
    if first.text in _PRONOUNS:
        return (subject, rest) if subject and rest and _lacks_subject(rest) else ("", [])
    if first.tag[0] in "vpdtm":
        return (subject, words) if subject and _lacks_subject(words) else ("", [])
    return "", [] if first.tag[0] in "uryabz" else words


def _lacks_subject(words: list[TaggedWord]) -> bool:
    """Returns whether a clause has a verb and before it no noun but one after a preposition."""
    after_preposition = False
    for word in words:
        if word.tag[0] == "v" and word.tag != "vn":
            return True
        if word.text == "的" or word.tag[0] in "nrjsi" and not after_preposition:
            return False
        after_preposition = word.tag[0] == "p" or after_preposition and word.tag[0] in "nrjsatmqf"
    return False


def _starts_with_demonstrative(words: list[TaggedWord]) -> bool:
    """Returns whether a clause starts with a demonstrative and a noun, such as `这款耳机` or `该方法`."""
    counted = len(words) > 2 and words[0].text in ("这", "那", "该") and words[1].tag in ("m", "q")
    return words[2].is_nominal if counted else len(words) > 1 and words[0].text == "该" and words[1].is_nominal
