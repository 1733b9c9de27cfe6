"""Passage patterns: sentences with slots, a title, and questions."""

import random
import re
from dataclasses import dataclass

from .sample_passage import SamplePassage
from .slot_kinds import KINDS

_SLOT = re.compile(r"\{([a-z_]+?)(\d*)\}")
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_PASSAGE_LENGTHS = range(40, 151)


@dataclass(frozen=True)
class Pattern:
    """A template of passages with a title and questions.

    `{city}` and `{city2}` are slots; the name without digits is the kind of the value. `[a|b]` is a choice, `[a|]` an
    optional part. Consecutive sentences that begin with `~` are shuffled.

    Args:
        domain: Topic of the passages, such as `weather`.
        name: Name of the pattern.
        title: The title, with slots.
        sentences: The sentences in order, with slots and choices.
        questions: The question for each slot that is an answer, with slots. It is left out if the passage lacks the
            slot.

    Example:
        >>> first = "[今天|今日]{city}多云，最高气温{hot}，{road}一带有阵雨，"
        >>> sentences = (first, "最低气温{cold}，早晚请注意添衣，出门最好带伞。")
        >>> questions = {"hot": "{city}最高气温是多少？"}
        >>> pattern = Pattern("weather", "预报", title="{city}天气", sentences=sentences, questions=questions)
        >>> passage = pattern.fill(random.Random(1))
        >>> passage.title
        '荷岭市天气'
        >>> passage.pairs
        (('荷岭市最高气温是多少？', '32℃', 12),)
    """

    domain: str
    name: str
    title: str
    sentences: tuple[str, ...]
    questions: dict[str, str]

    def fill(self, rng: random.Random, held_out: bool = False) -> SamplePassage:
        """Draws a passage with values of one side of the split, again until every answer occurs exactly once."""
        while True:
            template = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), "".join(self._order(rng)))
            kinds = {match[0][1:-1]: KINDS[match[1]] for match in _SLOT.finditer(template)}
            cores = {slot: kind.core(rng, held_out) for slot, kind in kinds.items()}
            values = {slot: kinds[slot].form.format(core) for slot, core in cores.items()}
            text = template.format_map(values)
            answers = [values[slot] for slot in self.questions if slot in values]
            unambiguous = all(text.count(answer) == 1 for answer in answers)
            if unambiguous and len(text) in _PASSAGE_LENGTHS and len(set(cores.values())) == len(cores):
                break
        pairs = [
            (question.format_map(values), values[slot], text.index(values[slot]))
            for slot, question in self.questions.items()
            if slot in values
        ]
        pairs.sort(key=lambda pair: pair[2])
        names = tuple(core for slot, core in cores.items() if not kinds[slot].shared)
        return SamplePassage(
            text,
            title=self.title.format_map(values),
            pairs=tuple(pairs),
            domain=self.domain,
            pattern=self.name,
            values=names,
        )

    def _order(self, rng: random.Random) -> list[str]:
        """Returns the sentences with each run of `~` sentences shuffled."""
        ordered, run = [], []
        for sentence in (*self.sentences, ""):
            if sentence.startswith("~"):
                run.append(sentence[1:])
            else:
                rng.shuffle(run)
                ordered += [*run, sentence]
                run = []
        return ordered


def read_patterns(text: str, domain: str) -> list[Pattern]:
    """Parses the patterns of a domain.

    A pattern is a block of lines: its name after `=`, its title after `#`, its sentences, then lines
    `slot: question`. Blank lines separate the blocks.

    Args:
        text: The content of the domain's file.
        domain: Name of the domain.
    """
    patterns = []
    for block in text.strip().split("\n\n"):
        name, title, *lines = block.split("\n")
        questions = dict(line.split(": ", 1) for line in lines if ": " in line)
        sentences = tuple(line for line in lines if ": " not in line)
        patterns.append(
            Pattern(
                domain,
                name.removeprefix("= "),
                title=title.removeprefix("# "),
                sentences=sentences,
                questions=questions,
            )
        )
    return patterns
