"""Statistics of question-answer data: duplicates, token lengths, vocabulary coverage."""

import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..check_types import check_types
from ..examples import QAExample
from ..text.tokenizer import Tokenizer

_HISTOGRAM_EDGES = (8, 16, 32, 64, 128, 256, 512, 1024)
_BAR_WIDTH = 40
_UNKNOWN_TEXTS_SHOWN = 20


@dataclass(frozen=True)
class QAStatistics:
    """Counts of pairs and of their tokens; `print(statistics)` shows them.

    Args:
        pairs: Number of pairs.
        passages: Number of distinct passages.
        duplicates: Number of pairs that repeat an earlier one.
        without_span: Number of pairs whose answer is not in the passage.
        lengths: For "passage", "answer" and "question", the number of texts of up to 8, 16, ..., 1024 and more tokens.
        limits: For each of them, the maximum number of tokens of the model.
        cut: For each of them, the number of texts that are longer and get truncated.
        tokens: Number of tokens of all distinct texts.
        unknown: Number of unknown tokens among them.
        unknown_texts: The most frequent texts of unknown tokens, with their counts.
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
            names = [f"to {edge}" for edge in _HISTOGRAM_EDGES] + [f"over {_HISTOGRAM_EDGES[-1]}"]
            last = max((i for i, count in enumerate(counts) if count), default=0)
            for label, count in list(zip(names, counts, strict=True))[: last + 1]:
                bar = "#" * round(_BAR_WIDTH * count / max(*counts, 1))
                lines.append(f"  {label:>9} tokens {count:8}  {bar}".rstrip())
        known = 1 - self.unknown / max(1, self.tokens)
        shown = ", ".join(f"{text!r} {count}" for text, count in self.unknown_texts)
        lines.append(f"vocabulary: {known:.2%} of {self.tokens} tokens are known{'; unknown: ' * bool(shown)}{shown}")
        return "\n".join(lines)


@check_types
def qa_statistics(
    examples: Sequence[QAExample],
    tokenizer: Tokenizer,
    *,
    max_source_length: int = 256,
    max_answer_length: int = 16,
    max_question_length: int = 64,
) -> QAStatistics:
    """Computes statistics of training data for a tokenizer and length limits.

    Args:
        examples: The pairs.
        tokenizer: The model's tokenizer.
        max_source_length: Maximum number of tokens of a source, [CLS] and [SEP] included.
        max_answer_length: Maximum number of tokens of an answer.
        max_question_length: Maximum number of tokens of a question.

    Returns:
        `QAStatistics`.

    Example:
        >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李来了谁"])
        >>> statistics = qa_statistics([QAExample("小李来了", "谁来？", "小李", 0)] * 2, tokenizer)
        >>> statistics.duplicates, statistics.unknown_texts
        (1, [('？', 1)])
    """
    texts = {
        "passage": list(dict.fromkeys(example.passage for example in examples)),
        "answer": [example.answer for example in examples],
        "question": [example.question for example in examples],
    }
    limits = {"passage": max_source_length - 2, "answer": max_answer_length, "question": max_question_length}
    lengths = {name: [len(tokens.ids) for tokens in tokenizer.tokenize_batch(group)] for name, group in texts.items()}
    histograms = {name: [0] * (len(_HISTOGRAM_EDGES) + 1) for name in texts}
    for name, group in lengths.items():
        for length in group:
            histograms[name][bisect.bisect_left(_HISTOGRAM_EDGES, length)] += 1
    distinct_texts = list(dict.fromkeys(text for group in texts.values() for text in group))
    unknown: Counter[str] = Counter()
    num_tokens = 0
    for text, tokens in zip(distinct_texts, tokenizer.tokenize_batch(distinct_texts), strict=True):
        num_tokens += len(tokens.ids)
        unknown.update(text[start:end] for start, end in tokens.offsets[tokens.ids == tokenizer.unk_id])
    distinct_pairs = {(example.passage, example.question, example.answer) for example in examples}
    return QAStatistics(
        pairs=len(examples),
        passages=len(texts["passage"]),
        duplicates=len(examples) - len(distinct_pairs),
        without_span=sum(example.start is None for example in examples),
        lengths=histograms,
        limits=limits,
        cut={name: sum(length > limits[name] for length in group) for name, group in lengths.items()},
        tokens=num_tokens,
        unknown=unknown.total(),
        unknown_texts=unknown.most_common(_UNKNOWN_TEXTS_SHOWN),
    )
