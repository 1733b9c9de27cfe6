"""Question-answer pairs out of statements: part of a clause is the answer, and a question word stands in its place."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

import jieba.posseg

from textzoo.data import QAExample

LONGEST_WINDOW, LONGEST_ANSWER, QUESTION_LENGTHS = 160, 20, range(6, 33)
SENTENCE = re.compile(r"[^。！？；\n]*[。！？；\n]+|[^。！？；\n]+")
CLAUSE = re.compile(r"[^，：,。！？；!?;:\n]+")
UNASKED = re.compile(r"[《》“”「」『』（）()\[\]\"'、…—·]")
YEAR = r"(?:[12]\d{3}|[一二][一二三四五六七八九〇零]{3})年(?:\d{1,2}月(?:\d{1,2}日)?)?(?![代前间])|\d{1,2}月\d{1,2}日"
DAY = r"(?:本|上|下|每)?周[一二三四五六日]|今天|昨天|明天|今晚|昨晚|明晚"
HOUR = r"(?:上午|下午|早上|晚上|中午|凌晨)?\d{1,2}(?:点半?|时(?!间))"
CLOCK = rf"(?:{DAY})?{HOUR}(?:至{HOUR})?"
TIME = re.compile(f"{YEAR}|{CLOCK}")
ONLY_TIME = re.compile(rf"\s*[在于]?(?P<time>{YEAR}|{CLOCK})起?")
NUMBER = r"(?:\d+(?:\.\d+)?[余多]?[万亿千]?[余多]?|[一二三四五六七八九十百千万两]{1,6}[余多]?)"
UNITS = (
    "平方公里|平方米|公里|千米|厘米|毫米|公斤|千克|小时|分钟|人次|个月|米|克|吨|元|人|岁|册|名|座|层|所|家|间|辆|"
    "架|本|集|首|次|场|届|倍|种|年|天|件|条|根|项|位|级|度|颗"
)
AMOUNT = re.compile(rf"(?<![第.,，\d])(?P<number>{NUMBER})(?P<unit>{UNITS})")
SCORE = re.compile(r"\d+[比:]\d+")
KINDS = {
    "大学": "哪所大学", "中学": "哪所中学", "小学": "哪所小学", "学院": "哪所学院", "公司": "哪家公司",
    "医院": "哪家医院", "队": "哪支队", "市": "哪个城市", "县": "哪个县", "镇": "哪个镇", "省": "哪个省",
    "国": "哪个国家", "路": "哪条路", "街": "哪条街", "奖": "什么奖", "站": "哪个站", "河": "哪条河",
    "江": "哪条江", "寺": "哪座寺", "岛": "哪个岛", "州": "哪个州",
}  # fmt: skip
SURNAMES = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蔡蒋余于杜叶程魏苏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤温康施文牛樊葛邢安"
    "齐乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛"
    "靳管柴蒙鲍华喻祁房滕屈"
)
PRONOUNS = set("他 她 它 其 该 此 这 那 他们 她们 它们 我 我们 本文 该书 该片".split())
NO_SUBJECT = {"结果", "实验", "意思", "内容", "总数", "里面", "其他", "方面", "目前", "后来", "当时", "时候"}
SPEAKS_ITSELF = {"提出", "设计", "建立", "给出", "采用", "利用", "针对"}
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


class Word(NamedTuple):
    text: str
    flag: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def nominal(self) -> bool:
        return self.flag[0] in "njsbl" or self.flag in ("a", "an", "eng", "vn")


class Blank(NamedTuple):
    """The place of an answer, the place that its question word takes, and that word."""

    start: int
    end: int
    left: int
    right: int
    question_word: str


def _in_place(span: tuple[int, int], question_word: str) -> Blank:
    """The question word takes the answer's place."""
    return Blank(*span, *span, question_word)


def windows(passage: str) -> Iterator[str]:
    """Runs of whole sentences of a passage, no sentence twice."""
    run = ""
    for sentence in SENTENCE.findall(passage):
        if run and len(run) + len(sentence) > LONGEST_WINDOW:
            yield run
            run = ""
        run += sentence
    if run:
        yield run


def cloze_pairs(passage: str, every_noun: bool = False) -> list[QAExample]:
    """Pairs of a passage of a few sentences; a subject that a clause leaves out is taken from what stands before.

    With `every_noun` all nouns of all clauses are answers, and clauses without a subject that is known stay without:
    ten times as many pairs, not to learn from what is worth asking, but how a question is copied out of its passage.
    """
    found: dict[tuple[int, int], QAExample] = {}
    topic = ""
    for sentence in SENTENCE.finditer(passage):
        subject, time = "", None
        for clause in CLAUSE.finditer(passage, *sentence.span()):
            only_time = ONLY_TIME.fullmatch(clause.group())
            if only_time:
                first = clause.start() + only_time.start("time")
                time = _in_place((first, first + len(only_time["time"])), _time_word(only_time["time"]))
                continue
            words = _words(clause)
            own = _subject(words)
            subject = subject or own
            topic = topic or own
            prefix, kept = _complete(words, bool(own), subject or topic)
            words = kept or words if every_noun else kept
            blanks = [*_blanks(passage, words), *(_nouns(words) if every_noun else ())]
            for blank in blanks:
                before, after = prefix + passage[words[0].start : blank.left], passage[blank.right : words[-1].end]
                rest = [word for word in words if not blank.left <= word.start < blank.right]
                if _is_amount(blank) or any(word.flag[0] == "v" or word.flag == "ul" for word in rest):
                    _keep(found, passage, blank, f"{before}{blank.question_word}{after}？")
            if time and any(word.flag[0] == "v" for word in words):
                statement = prefix + passage[words[0].start : words[-1].end]
                _keep(found, passage, time, f"{time.question_word}{statement}？")
            time = None
    return list(found.values())


def _is_amount(blank: Blank) -> bool:
    return blank.question_word.startswith(("多少", "几比"))


def _keep(found: dict, passage: str, blank: Blank, question: str) -> None:
    answer = passage[blank.start : blank.end]
    rest = question.removesuffix("？").replace(blank.question_word, "", 1)
    fits = len(question) in QUESTION_LENGTHS and len(answer) <= LONGEST_ANSWER and len(rest) >= 4
    if fits and answer not in rest and not UNASKED.search(question) and re.search("[\u4e00-\u9fff]", rest):
        found.setdefault((blank.start, blank.end), QAExample(passage, question, answer, blank.start))


def _words(clause: re.Match) -> list[Word]:
    words, at = [], clause.start()
    for pair in jieba.posseg.cut(clause.group()):
        words.append(Word(pair.word, pair.flag, at))
        at += len(pair.word)
    while words and (words[0].flag == "c" or words[0].text in ("其中", "同时") or not words[0].text.strip()):
        words.pop(0)
    return words


def _subject(words: list[Word]) -> str:
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


def _points(words: list[Word]) -> bool:
    """Whether they begin as `这款耳机` and `该方法` do."""
    counted = len(words) > 2 and words[0].text in ("这", "那", "该") and words[1].flag in ("m", "q")
    return words[2].nominal if counted else len(words) > 1 and words[0].text == "该" and words[1].nominal


def _complete(words: list[Word], has_subject: bool, subject: str) -> tuple[str, list[Word]]:
    """The subject that a clause lacks, and the words that are its own; no words: it cannot be asked about."""
    if has_subject or not words:
        return "", words
    if _points(words) or words[0].text in SPEAKS_ITSELF:
        return "", words
    if words[0].text in PRONOUNS:
        return (subject, words[1:]) if subject and words[1:] and words[1].flag[0] in "vpdtmu" else ("", [])
    if words[0].flag[0] in "vpdtm":
        return (subject, words) if subject else ("", [])
    return "", [] if words[0].flag[0] in "ury" else words


def _blanks(passage: str, words: list[Word]) -> Iterator[Blank]:
    if not words:
        return
    begin, end = words[0].start, words[-1].end
    borders = {word.start for word in words} | {end}
    for match in TIME.finditer(passage, begin, end):
        yield _in_place(match.span(), _time_word(match.group()))
    for match in SCORE.finditer(passage, begin, end):
        yield _in_place(match.span(), "几比几")
    for match in AMOUNT.finditer(passage, begin, end):
        year = match["unit"] == "年" and len(match["number"]) >= 3
        if {match.start(), match.end()} <= borders and match["number"] != "一" and not year:
            yield _in_place(match.span(), "多少" + match["unit"])
    yield from _names(passage, words)
    yield from _object(words)


def _time_word(time: str) -> str:
    return "哪一年" if time.endswith("年") else "几点" if time.endswith(("点", "点半")) else "什么时候"


def _names(passage: str, words: list[Word]) -> Iterator[Blank]:
    """Persons, and places behind words of place."""
    for at, word in enumerate(words):
        before = words[at - 1] if at else None
        last = at
        if word.flag == "nr" and 2 <= len(word.text) <= 3 and word.text[0] in SURNAMES and not _kind(word.text):
            if passage[word.end : word.end + 1] in ("年", "某", "氏"):
                continue
            left = before.start if before and before.flag == "n" else word.start
            yield Blank(word.start, word.end, left, word.end, "谁")
        elif before and before.text in PLACE_BEFORE and word.nominal:
            while last + 1 < len(words) and (words[last + 1].nominal or words[last + 1].flag == "f"):
                last += 1
            place = words[last].flag in ("ns", "nt", "s", "f") or words[last].text[-1] in PLACE_END
            ends = last + 1 == len(words) or words[last + 1].flag[0] in "vdpu" and words[last + 1].text != "的"
            if place and ends:
                span = word.start, words[last].end
                yield _in_place(span, _kind(passage[slice(*span)]) or "哪里")
        elif word.flag in ("ns", "nt") and _kind(word.text):
            if at + 1 == len(words) or words[at + 1].flag[0] in "vdp":
                yield _in_place((word.start, word.end), _kind(word.text))


def _object(words: list[Word]) -> Iterator[Blank]:
    """The nouns that a clause ends with: what stands behind `了`, behind a count, or behind a verb that takes such."""
    if len(words) < 3 or words[-1].flag[0] != "n" or words[-1].flag == "nr" or len(words[-1].text) < 2:
        return
    for at in range(1, len(words)):
        word = words[at - 1]
        counted = word.flag == "q" and at > 1 and words[at - 2].text in ("一", "一个", "一种") or word.text == "一种"
        if not (word.text == "了" or counted or word.text in VERBS):
            continue
        first = words[at]
        if first.flag[0] in "mqr" and not counted or first.text in "了一的":
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
            yield _in_place(span, _kind(name) or ("什么" + head if typed else "什么"))
            return


def _nouns(words: list[Word]) -> Iterator[Blank]:
    """Runs of nouns, as long as they are."""
    for is_noun, group in groupby(words, lambda word: word.flag[0] in "nj"):
        if not is_noun:
            continue
        run = list(group)
        name, last = "".join(word.text for word in run), run[-1]
        typed = "什么" + last.text if len(last.text) == 2 and len(run) > 1 else "什么"
        word = "谁" if last.flag == "nr" else _kind(name) or ("哪里" if last.flag == "ns" else typed)
        yield _in_place((run[0].start, last.end), word)


def _kind(name: str) -> str:
    return next((KINDS[name[-n:]] for n in (2, 1) if len(name) > n and name[-n:] in KINDS), "")
