"""What question-answer pairs are like, before anything is trained on them."""

import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..examples import QAExample
from ..text.tokenizer import Tokenizer

BORDERS = (8, 16, 32, 64, 128, 256, 512, 1024)
BAR = 40
SHOWN = 20


@dataclass(frozen=True)
class QAStatistics:
    """Counts of pairs and of their tokens; `print(check)` shows them.

    Args:
        pairs: How many there are.
        passages: Different passages among them.
        duplicates: Pairs that are the same as an earlier one.
        without_span: Pairs whose answer is not in the passage.
        lengths: For "passage", "answer" and "question" the number of texts of up to 8, 16, ... 1024, and more tokens.
        limits: For each of them the tokens that the model takes.
        cut: For each of them how many are longer.
        tokens: Tokens of all different texts.
        unknown: Those that the vocabulary does not know.
        unknown_texts: What stands at unknown tokens, the most frequent first, with their numbers.
    """

    pairs: int
    passages: int
    duplicates: int
    without_span: int
    lengths: dict[str, list[int]]
    limits: dict[str, int]
    cut: dict[str, int]
    tokens: int
    unknown: int
    unknown_texts: list[tuple[str, int]]

    def __str__(self) -> str:
        lines = [
            f"{self.pairs} pairs on {self.passages} passages; {self.duplicates} stand there twice, "
            f"{self.without_span} ({self.without_span / max(1, self.pairs):.1%}) have no answer in their passage"
        ]
        for name, counts in self.lengths.items():
            total = sum(counts)
            lines.append(
                f"{name}: {self.cut[name]} of {total} ({self.cut[name] / max(1, total):.1%}) have more than the "
                f"{self.limits[name]} tokens that are read, and are cut"
            )
            names = [f"to {border}" for border in BORDERS] + [f"over {BORDERS[-1]}"]
            last = max((i for i, count in enumerate(counts) if count), default=0)
            for label, count in list(zip(names, counts, strict=True))[: last + 1]:
                lines.append(f"  {label:>9} tokens {count:8}  {'#' * round(BAR * count / max(*counts, 1))}".rstrip())
        known = 1 - self.unknown / max(1, self.tokens)
        shown = ", ".join(f"{text!r} {count}" for text, count in self.unknown_texts)
        lines.append(f"vocabulary: {known:.2%} of {self.tokens} tokens are known{'; unknown: ' * bool(shown)}{shown}")
        return "\n".join(lines)


def qa_statistics(
    examples: Sequence[QAExample],
    tokenizer: Tokenizer,
    max_source_length: int = 256,
    max_answer_length: int = 16,
    max_question_length: int = 64,
) -> QAStatistics:
    """Counts what a training would meet.

    Args:
        examples: The pairs.
        tokenizer: That of the model.
        max_source_length: Tokens of a source, [CLS] and [SEP] included.
        max_answer_length: Tokens of an answer.
        max_question_length: Tokens of a question.

    Returns:
        `QAStatistics`.

    Example:
        >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李来了谁"])
        >>> check = qa_statistics([QAExample("小李来了", "谁来？", "小李", 0)] * 2, tokenizer)
        >>> check.duplicates, check.unknown_texts
        (1, [('？', 1)])
    """
    texts = {
        "passage": list(dict.fromkeys(example.passage for example in examples)),
        "answer": [example.answer for example in examples],
        "question": [example.question for example in examples],
    }
    limits = {"passage": max_source_length - 2, "answer": max_answer_length, "question": max_question_length}
    counts = {
        name: [len(tokens.ids) for tokens in tokenizer.tokenize_batch(some)] if some else []
        for name, some in texts.items()
    }
    histograms = {name: [0] * (len(BORDERS) + 1) for name in texts}
    for name, lengths in counts.items():
        for length in lengths:
            histograms[name][bisect.bisect_left(BORDERS, length)] += 1
    different = list(dict.fromkeys(text for some in texts.values() for text in some))
    unknown: Counter[str] = Counter()
    tokens = 0
    for text, found in zip(different, tokenizer.tokenize_batch(different) if different else [], strict=True):
        tokens += len(found.ids)
        unknown.update(text[start:end] for start, end in found.offsets[found.ids == tokenizer.unk_id])
    kept = {(example.passage, example.question, example.answer) for example in examples}
    return QAStatistics(
        len(examples),
        len(texts["passage"]),
        len(examples) - len(kept),
        sum(example.start is None for example in examples),
        histograms,
        limits,
        {name: sum(length > limits[name] for length in lengths) for name, lengths in counts.items()},
        tokens,
        unknown.total(),
        unknown.most_common(SHOWN),
    )
