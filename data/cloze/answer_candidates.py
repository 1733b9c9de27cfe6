"""Candidate answers in a Chinese clause: times, amounts, scores, persons, places, objects."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from ..text.chinese import MEASURE_WORDS, NUMERALS
from .question_word import question_word_by_suffix, question_word_for_time
from .tag_words import TaggedWord

MAX_ANSWER_LENGTH = 20
_DASHES = "~～－–—-"
_YEAR = (
    rf"(?<![\d.,．{_DASHES}])(?:[12]\d{{3}}|[一二][一二三四五六七八九〇零]{{3}})年"
    rf"(?:\d{{1,2}}月(?:\d{{1,2}}日)?+)?+(?![代前间级度历{_DASHES}])|"
    r"(?<!\d)(?<!\d年)\d{1,2}月\d{1,2}日"
)
_DAY = r"(?:本|上|下|每)?周[一二三四五六日]|今天|昨天|明天|今晚|昨晚|明晚"
_PART_OF_DAY = "上午|下午|早上|晚上|中午|凌晨"
_HOUR = r"(?<![\d.,．])\d{1,2}(?:点半?|时(?!间)(?:\d{1,2}分)?)"
_CLOCK = rf"(?:(?:{_DAY})(?:{_PART_OF_DAY})?|{_PART_OF_DAY}|(?<=[在于])){_HOUR}(?:至(?:{_PART_OF_DAY})?{_HOUR})?"
_TIME = re.compile(f"{_YEAR}|{_CLOCK}")
ONLY_TIME = re.compile(rf"\s*[在于]?(?P<time>{_YEAR}|{_CLOCK})起?")
_NUMBER = (
    r"(?:(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)[余多]?(?:[万亿]|千(?![米克瓦]))?[余多]?|"
    r"[一二三四五六七八九十百千万两]{1,6}[余多]?)"
)
_AMOUNT = re.compile(
    rf"(?<![第这那每近.,，．\d〇零一二三四五六七八九十百千万{_DASHES}])(?P<number>{_NUMBER})(?P<unit>{MEASURE_WORDS})"
    rf"(?!以下|以上[{NUMERALS}])"
)
_RANGE_BEFORE = re.compile(rf"[{NUMERALS}]\S{{0,2}}[至到乘]$")
_RANGE_AFTER = re.compile(rf"[至到乘]\s*[{NUMERALS}]")
_NO_COUNTS = set("一百千万")  # 一年, 百年
_SCORE = re.compile(r"\d+比\d+")
_SURNAMES = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤温康施文牛樊葛邢安"
    "齐乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛"
    "靳管柴蒙鲍华喻祁房滕屈"
)
_KINDS = ("n", "nz", "vn")  # of words that name a kind of thing: 什么功能
_COORDINATORS = set("和 与 及 以及 或 或者 跟 、".split())
_NO_PERSON_BEFORE = set("年某氏站县区市镇路街")
_BEFORE_PERSONS = set("由 被 对 向 给 随 派".split())
_PLACE_PREPOSITIONS = {"在", "位于", "来自", "前往", "抵达", "出生于", "毕业于", "到", "于"}
_PLACE_SUFFIXES = "地方处带馆楼站厅院厂村园校室店里上中内"
_TRANSITIVE_VERBS = set(
    (
        "是 为 获得 获 成为 担任 具有 包括 使用 采用 提高 改善 夺得 战胜 击败 打进 出版 发表 创办 建立 设立 属于 "
        "需要 提供 生产 负责 叫做 称为 名为 种 卖 任 当选 推出 举行 举办 参加 加入 学习 研究 解决 延长 降低 减少 "
        "增加 增强 附送 赠送 支持 修建 建造 拥有 制作 主演 演唱 讲述 介绍 收藏 展出 种植 销售 考上 放入 编写 翻译 "
        "荣获 保护 发现 发明 管理 培养 教 打败 赢得 购买 出售 改名为 更名为 改为 命名为 称作 被称为"
    ).split()
)


class AnswerCandidate(NamedTuple):
    """A span that can be asked for, and the question word that replaces it.

    `start` and `end` are the answer's in the passage. `question_word` replaces the text from `replaced_start` to
    `replaced_end`, which contains the answer.
    """

    start: int
    end: int
    replaced_start: int
    replaced_end: int
    question_word: str


def in_situ(span: tuple[int, int], question_word: str) -> AnswerCandidate:
    """Returns a candidate whose question word replaces exactly the answer (wh-in-situ)."""
    start, end = span
    return AnswerCandidate(start=start, end=end, replaced_start=start, replaced_end=end, question_word=question_word)


def answer_candidates(passage: str, words: list[TaggedWord]) -> Iterator[AnswerCandidate]:
    """Yields the times, scores, amounts, persons, places and objects of a clause.

    Args:
        passage: The text.
        words: The words of the clause.
    """
    if not words:
        return
    begin, end = words[0].start, words[-1].end
    borders = {word.start for word in words} | {end}
    for match in _TIME.finditer(passage, begin, end):
        if not _ends_range(passage, *match.span()):
            yield in_situ(match.span(), question_word_for_time(match.group()))
    for match in _SCORE.finditer(passage, begin, end):
        yield in_situ(match.span(), "几比几")
    for match in _AMOUNT.finditer(passage, begin, end):
        is_year = match["unit"] == "年" and len(match["number"]) >= 3
        is_count = match["number"] not in _NO_COUNTS and not is_year and not _ends_range(passage, *match.span())
        if is_count and {match.start(), match.end()} <= borders:
            yield in_situ(match.span(), "多少" + match["unit"])
    yield from _persons_and_places(passage, words)
    yield from _object(passage, words)


def noun_candidates(words: list[TaggedWord]) -> Iterator[AnswerCandidate]:
    """Yields every maximal run of nouns of a clause that is not one of several."""
    for is_noun, group in groupby(range(len(words)), lambda index: words[index].tag[0] in "nj"):
        if not is_noun:
            continue
        indices = list(group)
        first, last = indices[0], indices[-1]
        phrase, head = "".join(words[index].text for index in indices), words[last]
        if _is_coordinated(words, first, last):
            continue
        if first == last and _is_person(head):
            question_word = "谁"
        else:
            by_tag = "哪里" if head.tag == "ns" else _what(head, is_compound=first < last)
            question_word = question_word_by_suffix(phrase) or by_tag
        yield in_situ((words[first].start, head.end), question_word)


def _ends_range(passage: str, start: int, end: int) -> bool:
    """Returns whether a time or an amount is one end of a range, such as `1998年至2001年`."""
    return bool(_RANGE_BEFORE.search(passage, max(0, start - 4), start) or _RANGE_AFTER.match(passage, end))


def _persons_and_places(passage: str, words: list[TaggedWord]) -> Iterator[AnswerCandidate]:
    """Yields persons where one can stand, and places after a preposition of place or with a suffix that tells them.

    A person stands at the beginning of a clause, after a time, an adverb, a title or a word such as `由`, or at the end
    after `是`.
    """
    for index, word in enumerate(words):
        previous = words[index - 1] if index else None
        by_suffix = question_word_by_suffix(word.text)
        if _is_person(word) and not by_suffix:
            first = index - 1 if previous and previous.tag == "n" else index  # 商人李明
            can_stand = first < index or _can_follow(previous, is_last=index + 1 == len(words))
            if not can_stand or passage[word.end : word.end + 1] in _NO_PERSON_BEFORE:
                continue
            if _is_part_of_name(words, index) or _is_coordinated(words, first, index):
                continue
            start = words[first].start
            yield AnswerCandidate(
                start=word.start, end=word.end, replaced_start=start, replaced_end=word.end, question_word="谁"
            )
        elif previous and previous.text in _PLACE_PREPOSITIONS and word.is_nominal:
            last = index
            while last + 1 < len(words) and (words[last + 1].is_nominal or words[last + 1].tag == "f"):
                last += 1
            is_place = words[last].tag in ("ns", "nt", "s", "f") or words[last].text[-1] in _PLACE_SUFFIXES
            is_last = last + 1 == len(words) or words[last + 1].tag[0] in "vdp"
            if is_place and is_last:
                start, end = word.start, words[last].end
                yield in_situ((start, end), question_word_by_suffix(passage[start:end]) or "哪里")
        elif word.tag in ("ns", "nt") and by_suffix and not _is_coordinated(words, index, index):
            is_whole = previous is None or not previous.is_nominal and previous.tag != "m"
            if is_whole and (index + 1 == len(words) or words[index + 1].tag[0] in "vdp"):
                yield in_situ((word.start, word.end), by_suffix)


def _can_follow(previous: TaggedWord | None, *, is_last: bool) -> bool:
    """Returns whether a person may come after a word; None: at the beginning of a clause."""
    if previous is None or previous.tag[0] in "tdm" or previous.text in _BEFORE_PERSONS:
        return True
    return previous.text == "是" and is_last


def _is_person(word: TaggedWord) -> bool:
    """Returns whether a word is tagged as a person and looks like a Chinese name: jieba tags many others so."""
    return word.tag == "nr" and 2 <= len(word.text) <= 3 and word.text[0] in _SURNAMES


def _is_coordinated(words: list[TaggedWord], first: int, last: int) -> bool:
    """Returns whether the words from `first` to `last` are one of several, of which a question asks for one only."""
    before, after = words[first - 1 : first], words[last + 1 : last + 2]
    return any(word.text in _COORDINATORS for word in (*before, *after))


def _is_part_of_name(words: list[TaggedWord], index: int) -> bool:
    """Returns whether a person's name belongs to a longer one, such as a rule's, or to the relative of another person.

    Of both a question word would leave one half: `谁规则`, `陈静的谁`.
    """
    is_followed = index + 1 < len(words) and words[index + 1].tag[0] == "n"
    is_relative = index > 1 and words[index - 1].tag == "n" and words[index - 2].text == "的"
    return is_followed or is_relative


def _object(passage: str, words: list[TaggedWord]) -> Iterator[AnswerCandidate]:
    """Yields the noun phrase at the end of a clause if it follows `了`, a count or a transitive verb."""
    head = words[-1]
    if len(words) < 3 or head.tag[0] != "n" or head.tag == "nr" or len(head.text) < 2:
        return
    for index in range(1, len(words)):
        previous, first, rest = words[index - 1], words[index], words[index + 1 :]
        after_one = previous.tag == "q" and index > 1 and words[index - 2].text in ("一", "一个", "一种")
        counted = after_one or previous.text == "一种"
        if not (previous.text == "了" or counted or previous.text in _TRANSITIVE_VERBS):
            continue
        if index > 1 and not counted and words[index - 2].tag[0] in "rmqu":  # 这些生产基地
            continue
        if first.tag[0] in "mqr" and not counted or first.tag[0] in "ucpdv" and first.tag != "vn" or first.text == "一":
            continue
        interrupted = any(word.tag == "p" and not counted or word.text == "了" for word in rest)
        verbs = [number for number, word in enumerate(rest) if word.tag == "v"]
        interrupted |= len(verbs) > 1 and not any(word.text == "的" for word in rest[verbs[-1] :])
        phrase = passage[first.start : head.end]
        if len(phrase) <= MAX_ANSWER_LENGTH and not interrupted:
            coordinated = any(word.text in _COORDINATORS for word in words[index:])
            question_word = question_word_by_suffix(phrase) or _what(head, is_compound=bool(rest) and not coordinated)
            if previous.text != "为":
                yield in_situ((first.start, head.end), question_word)
            elif not verbs and _is_noun_phrase(words[: index - 1]):  # 为什么 would ask for a reason
                yield AnswerCandidate(
                    start=first.start,
                    end=head.end,
                    replaced_start=previous.start,
                    replaced_end=head.end,
                    question_word="是" + question_word,
                )
            return


def _what(head: TaggedWord, *, is_compound: bool) -> str:
    """Returns `什么功能` for the head of a compound that names a kind, else `什么`."""
    return "什么" + head.text if is_compound and head.tag in _KINDS and len(head.text) == 2 else "什么"


def _is_noun_phrase(words: list[TaggedWord]) -> bool:
    return bool(words) and all(word.is_nominal or word.text == "的" for word in words) and words[-1].tag != "nr"
