"""What can be asked for in a clause."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from .question_word import kind_word, time_word
from .word import Word

LONGEST_ANSWER = 20
YEAR = (
    r"(?<![\d.,．])(?:[12]\d{3}|[一二][一二三四五六七八九〇零]{3})年(?:\d{1,2}月(?:\d{1,2}日)?)?(?![代前间级度历])|"
    r"(?<!\d)\d{1,2}月\d{1,2}日"
)
DAY = r"(?:本|上|下|每)?周[一二三四五六日]|今天|昨天|明天|今晚|昨晚|明晚"
PART = "上午|下午|早上|晚上|中午|凌晨"
HOUR = r"(?<![\d.,．])\d{1,2}(?:点半?|时(?!间)(?:\d{1,2}分)?)"
CLOCK = rf"(?:(?:{DAY})(?:{PART})?|{PART}|(?<=[在于])){HOUR}(?:至(?:{PART})?{HOUR})?"
TIME = re.compile(f"{YEAR}|{CLOCK}")
ONLY_TIME = re.compile(rf"\s*[在于]?(?P<time>{YEAR}|{CLOCK})起?")
NUMBER = r"(?:(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)[余多]?[万亿千]?[余多]?|[一二三四五六七八九十百千万两]{1,6}[余多]?)"
UNITS = (
    "平方公里|平方米|公里|千米|厘米|毫米|公斤|千克|小时|分钟|人次|个月|米|克|吨|元|人|岁|册|名|座|层|所|家|间|辆|"
    "架|本|集|首|次|场|届|倍|种|年|天|件|条|根|项|位|级|度|颗"
)
AMOUNT = re.compile(rf"(?<![第.,，．\d〇零一二三四五六七八九十百千万~～—-])(?P<number>{NUMBER})(?P<unit>{UNITS})")
SCORE = re.compile(r"\d+比\d+")
SURNAMES = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤温康施文牛樊葛邢安"
    "齐乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛"
    "靳管柴蒙鲍华喻祁房滕屈"
)
PLACE_BEFORE = {"在", "位于", "来自", "前往", "抵达", "出生于", "毕业于", "到", "于"}
PLACE_END = "地方处带馆楼站厅院厂村园校室店里上中内"
VERBS = set(
    (
        "是 为 获得 获 成为 担任 具有 包括 使用 采用 提高 改善 夺得 战胜 击败 打进 出版 发表 创办 建立 设立 属于 "
        "需要 提供 生产 负责 叫做 称为 名为 种 卖 任 当选 推出 举行 举办 参加 加入 学习 研究 解决 延长 降低 减少 "
        "增加 增强 附送 赠送 支持 修建 建造 拥有 制作 主演 演唱 讲述 介绍 收藏 展出 种植 销售 考上 放入 编写 翻译 "
        "荣获 保护 发现 发明 管理 培养 教 打败 赢得 购买 出售 改名为 更名为 改为 命名为 称作 被称为"
    ).split()
)


class AnswerCandidate(NamedTuple):
    """The place of an answer, the place that its question word takes, and that word."""

    start: int
    end: int
    left: int
    right: int
    question_word: str


def in_place(span: tuple[int, int], question_word: str) -> AnswerCandidate:
    """The question word takes the answer's place."""
    return AnswerCandidate(*span, *span, question_word)


def answer_candidates(passage: str, words: list[Word]) -> Iterator[AnswerCandidate]:
    """Times, scores, amounts, persons, places and objects: what is worth asking for."""
    if not words:
        return
    begin, end = words[0].start, words[-1].end
    borders = {word.start for word in words} | {end}
    for match in TIME.finditer(passage, begin, end):
        yield in_place(match.span(), time_word(match.group()))
    for match in SCORE.finditer(passage, begin, end):
        yield in_place(match.span(), "几比几")
    for match in AMOUNT.finditer(passage, begin, end):
        year = match["unit"] == "年" and len(match["number"]) >= 3
        if {match.start(), match.end()} <= borders and match["number"] != "一" and not year:
            yield in_place(match.span(), "多少" + match["unit"])
    yield from _names(passage, words)
    yield from _object(words)


def noun_candidates(words: list[Word]) -> Iterator[AnswerCandidate]:
    """Runs of nouns, as long as they are."""
    for is_noun, group in groupby(words, lambda word: word.flag[0] in "nj"):
        if not is_noun:
            continue
        run = list(group)
        name, last = "".join(word.text for word in run), run[-1]
        typed = "什么" + last.text if len(last.text) == 2 and len(run) > 1 else "什么"
        word = "谁" if last.flag == "nr" else kind_word(name) or ("哪里" if last.flag == "ns" else typed)
        yield in_place((run[0].start, last.end), word)


def _names(passage: str, words: list[Word]) -> Iterator[AnswerCandidate]:
    """Persons, and places behind words of place."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else None
        last = at
        if word.flag == "nr" and 2 <= len(word.text) <= 3 and word.text[0] in SURNAMES and not kind_word(word.text):
            if passage[word.end : word.end + 1] in ("年", "某", "氏"):
                continue
            left = before.start if before and before.flag == "n" else word.start
            yield AnswerCandidate(word.start, word.end, left, word.end, "谁")
        elif before and before.text in PLACE_BEFORE and word.nominal:
            while last + 1 < len(words) and (words[last + 1].nominal or words[last + 1].flag == "f"):
                last += 1
            place = words[last].flag in ("ns", "nt", "s", "f") or words[last].text[-1] in PLACE_END
            ends = last + 1 == len(words) or words[last + 1].flag[0] in "vdpu" and words[last + 1].text != "的"
            if place and ends:
                span = word.start, words[last].end
                yield in_place(span, kind_word(passage[slice(*span)]) or "哪里")
        elif word.flag in ("ns", "nt") and kind_word(word.text):
            if at + 1 == len(words) or words[at + 1].flag[0] in "vdp":
                yield in_place((word.start, word.end), kind_word(word.text))


def _object(words: list[Word]) -> Iterator[AnswerCandidate]:
    """The nouns that a clause ends with: what stands behind `了`, behind a count, or behind a verb that takes such."""
    if len(words) < 3 or words[-1].flag[0] != "n" or words[-1].flag == "nr" or len(words[-1].text) < 2:
        return
    for at in range(1, len(words)):
        word = words[at - 1]
        counted = word.flag == "q" and at > 1 and words[at - 2].text in ("一", "一个", "一种") or word.text == "一种"
        if not (word.text == "了" or counted or word.text in VERBS):
            continue
        first = words[at]
        if first.flag[0] in "mqr" and not counted or first.flag[0] == "u" or first.text == "一":
            continue
        if word.text == "了" and first.flag[0] in "pd":
            continue
        span = first.start, words[-1].end
        rest, head = words[at:], words[-1].text
        if word.text == "为" and any(w.text in ("以", "作") for w in words[: at - 1]):
            return
        if span[1] - span[0] <= LONGEST_ANSWER and not any(
            w.flag == "p" and not counted or w.text == "了" for w in rest[1:]
        ):
            name = "".join(w.text for w in rest)
            typed = len(head) == 2 and len(rest) > 1 and not any(w.text in "和与及" for w in rest)
            yield in_place(span, kind_word(name) or ("什么" + head if typed else "什么"))
            return
