"""Records of `textzoo generate qa`: passages, with the answers that are given."""

import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

from textzoo.scripts.cli.input_files import is_stream
from textzoo.scripts.cli.is_qa_file import is_qa_file
from textzoo.scripts.cli.record_source import RecordSource


class Record(NamedTuple):
    """A passage of the input with its file and line, its id, and its given answers."""

    place: str
    id: str | int
    text: str
    answers: list[Any]


def open_records(args: Any, rejected: list[str]) -> RecordSource:
    """Opens the passages of `textzoo generate qa`.

    Args:
        args: Arguments of the command.
        rejected: List to which passages with bad answers are added, if they are skipped.
    """
    from textzoo.data.readers.read_texts import read_texts

    source: Any = args.input if args.input not in (None, "-") else sys.stdin
    if args.answers and not is_stream(args.input) and is_qa_file(source, args.encoding):
        return RecordSource(_read_qa_records(args, rejected), lambda: rejected)
    texts = read_texts(source, encoding=args.encoding, on_error=args.on_error)
    records = _read_records(texts, args=args, rejected=rejected)
    return RecordSource(records, lambda: [*map(str, texts.rejected), *rejected])


def _read_records(texts, *, args: Any, rejected: list[str]) -> Iterator[Record]:
    from textzoo.data import InvalidRecordError
    from textzoo.data.readers.qa_formats.gold_answers import gold_answers

    for identifier, text in texts:
        try:
            given = gold_answers(texts.fields.get("answers"), texts.place) if args.answers else []
        except InvalidRecordError as error:
            if args.on_error == "raise":
                raise
            rejected.append(str(error))
            continue
        yield Record(place=texts.place, id=identifier, text=text, answers=[answer._asdict() for answer in given])


def _read_qa_records(args: Any, rejected: list[str]) -> Iterator[Record]:
    """Yields a record for each passage of a file of pairs, with the spans of its answers, each once.

    The id is that of the passage's first pair, or the number of the passage.
    """
    from textzoo.data import InvalidRecordError, read_qa
    from textzoo.data.readers.unique_ids import UniqueIds

    passages: dict[str, list[Any]] = {}
    examples = read_qa(str(args.input), encoding=args.encoding, on_error=args.on_error)
    for example in examples:
        passages.setdefault(example.passage, []).append(example)
    for reason, places in examples.report.dropped.items():
        rejected += [f"{place}: {reason}" for place in places]
    ids = UniqueIds()
    for number, (text, group) in enumerate(passages.items(), 1):
        place = f"{args.input}, passage {number}"
        try:
            identifier = ids.add(group[0].id, number, place=place)
        except InvalidRecordError as error:
            if args.on_error == "raise":
                raise
            rejected.append(str(error))
            continue
        answers = dict.fromkeys((example.start, example.end) for example in group if example.start is not None)
        for example in group:
            if example.start is None:
                error = InvalidRecordError(
                    place, "answers that are spans of the passage", received=repr(example.answer)
                )
                if args.on_error == "raise":
                    raise error
                rejected.append(str(error))
        yield Record(place=place, id=identifier, text=text, answers=list(answers))
