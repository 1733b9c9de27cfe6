"""Formats in which `textzoo convert data` writes examples."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

Writer = Callable[[Sequence[Any]], Iterable[str]]


def _jsonl(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    return (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _json_list(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    separator = "[\n"
    for row in rows:
        yield separator + json.dumps(row, ensure_ascii=False)
        separator = ",\n"
    yield "\n]\n" if separator != "[\n" else "[]\n"


def _csv(rows: Iterable[Sequence[Any]], names: Sequence[str]) -> Iterator[str]:
    from textzoo.data.csv_cells import BYTE_ORDER_MARK, csv_row

    yield BYTE_ORDER_MARK + csv_row(names)
    yield from map(csv_row, rows)


def _with_id(example: Any, row: dict[str, Any]) -> dict[str, Any]:
    return row if example.id is None else {"id": example.id} | row


def _ids(examples: Sequence[Any]) -> Iterator[str]:
    """Yields the id of each example; for one without, its number, or another that is no example's id."""
    given = {example.id for example in examples}
    for number, example in enumerate(examples, 1):
        while str(number) in given:
            number += len(examples)
        yield example.id or str(number)


def _answers(example: Any) -> list[dict[str, Any]]:
    """Returns the gold answers as SQuAD has them; the start is -1 where it is not known."""
    from textzoo.data import locate_answer

    if not example.answer:
        return []
    start = -1 if example.start is None else example.start
    rows = [{"text": example.answer, "answer_start": start}]
    for text in example.answers[1:]:  # people mark about the same place
        span = locate_answer(example.passage, text, start=start)
        rows.append({"text": text, "answer_start": -1 if span is None else span[0]})
    return rows


def _qa_jsonl(examples: Sequence[Any]) -> Iterator[str]:
    for example in examples:
        row = _with_id(example, {"passage": example.passage, "question": example.question})
        if len(example.answers) > 1:
            row["answers"] = [{"text": example.answer, "start": example.start}, *example.answers[1:]]
        else:
            row |= {"answer": example.answer} | ({} if example.start is None else {"start": example.start})
        yield from _jsonl([row])


def _squad(examples: Sequence[Any]) -> Iterator[str]:
    passages: dict[str, list[dict[str, Any]]] = {}
    for identifier, example in zip(_ids(examples), examples, strict=True):
        qa = {"id": identifier, "question": example.question, "answers": _answers(example)}
        qas = passages.setdefault(example.passage, [])
        qas.append(qa if example.answer else qa | {"is_impossible": True})
    articles = (
        {"title": str(number), "paragraphs": [{"context": passage, "qas": qas}]}
        for number, (passage, qas) in enumerate(passages.items(), 1)
    )
    document = "".join(_json_list(articles)).rstrip("\n")
    yield f'{{"version": "textzoo", "data": {document}}}\n'


def hugging_face_rows(examples: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yields rows of pairs as the Hugging Face hub has them."""
    for identifier, example in zip(_ids(examples), examples, strict=True):
        answers = _answers(example)
        yield {
            "id": identifier,
            "title": "",
            "context": example.passage,
            "question": example.question,
            "answers": {
                "text": [answer["text"] for answer in answers],
                "answer_start": [answer["answer_start"] for answer in answers],
            },
        }


def _alpaca(examples: Sequence[Any]) -> Iterator[str]:
    return _json_list({"instruction": e.question, "input": e.passage, "output": e.answer} for e in examples)


def _qa_csv(examples: Sequence[Any]) -> Iterator[str]:
    rows = ((e.id, e.passage, e.question, e.answer, e.start) for e in examples)
    return _csv(rows, ("id", "passage", "question", "answer", "start"))


def title_rows(examples: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yields rows of titled articles."""
    return (_with_id(e, {"title": e.title, "text": e.text}) for e in examples)


def label_rows(examples: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yields rows of labelled texts."""
    return (_with_id(e, {"text": e.text, "labels": list(e.labels)}) for e in examples)


def text_rows(texts: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yields rows of passages."""
    return ({"id": identifier, "text": text} for identifier, text in texts)


def _label_csv(examples: Sequence[Any]) -> Iterator[str]:
    """Yields csv with a column of 0 and 1 per label.

    Raises:
        ValueError: There is no label, or a column of its name would be read as something else.
    """
    from textzoo.data.readers.label_table import LABELS

    labels = list(dict.fromkeys(label for e in examples for label in e.labels))
    if not labels:
        raise ValueError("csv has a column per label, and no text has a label; choose --format jsonl")
    for label in labels:
        if label != label.strip() or label.lower() in ("id", "text", *LABELS):
            raise ValueError(f"csv has a column per label, which cannot be {label!r}; choose --format jsonl")
    rows = ((e.id, e.text, *(int(label in e.labels) for label in labels)) for e in examples)
    return _csv(rows, ("id", "text", *labels))


def _label_tsv(examples: Sequence[Any]) -> Iterator[str]:
    """Yields tsv with labels separated by commas.

    Raises:
        ValueError: A label holds a comma or white space that is no single space, or a text begins as one of fastText.
    """
    for e in examples:
        bad = next((label for label in e.labels if "," in label or " ".join(label.split()) != label), None)
        if bad is not None:
            raise ValueError(f"tsv separates labels by commas and cannot hold {bad!r}; choose --format jsonl")
        if e.text.lstrip().startswith("__label__"):
            raise ValueError(f"tsv cannot hold a text that begins {e.text.split()[0]!r}; choose --format jsonl")
        yield from _tsv([(e.text, ",".join(e.labels))])


def _tsv(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    from textzoo.data.csv_cells import tsv_row

    return map(tsv_row, rows)


WRITERS: dict[str, dict[str, Writer]] = {
    "qa": {
        "jsonl": _qa_jsonl,
        "squad": _squad,
        "huggingface": lambda examples: _jsonl(hugging_face_rows(examples)),
        "alpaca": _alpaca,
        "csv": _qa_csv,
        "triples": lambda triples: _jsonl(
            {"query": triple.query, "positive": triple.positive, "negatives": triple.negatives} for triple in triples
        ),
    },
    "title": {
        "jsonl": lambda examples: _jsonl(title_rows(examples)),
        "csv": lambda examples: _csv(((e.id, e.title, e.text) for e in examples), ("id", "title", "text")),
        "tsv": lambda examples: _tsv((e.title, e.text) for e in examples),
    },
    "multilabel": {
        "jsonl": lambda examples: _jsonl(label_rows(examples)),
        "csv": _label_csv,
        "tsv": _label_tsv,
    },
    "texts": {
        "jsonl": lambda texts: _jsonl(text_rows(texts)),
        "txt": lambda texts: (" ".join(text.split()) + "\n" for _, text in texts),
    },
}
"""Formats of each task that are text: `writer(examples)` yields the parts of a file."""

PARQUET_ROWS = {"qa": hugging_face_rows, "title": title_rows, "multilabel": label_rows, "texts": text_rows}
