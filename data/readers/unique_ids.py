"""Ids of records, each once."""

from .invalid_record_error import InvalidRecordError
from .text_file import shortened


class UniqueIds:
    """Gives records their ids: their own, or else their numbers."""

    def __init__(self):
        self._number_of_id: dict[str, int] = {}

    def add(self, identifier: str | int | None, number: int, *, place: str) -> str | int:
        """Returns the id of a record.

        Args:
            identifier: The record's own id; None or empty if it has none.
            number: Its number.
            place: Its file and place, which end like `", line 3"`.

        Raises:
            InvalidRecordError: Another record has this id.

        Example:
            >>> ids = UniqueIds()
            >>> ids.add("a", 1, place="a.jsonl, line 1"), ids.add(None, 2, place="a.jsonl, line 2")
            ('a', 2)
        """
        has_own = identifier not in (None, "")
        given = identifier if has_own else number
        unit, own_number = place.rsplit(" ", 2)[-2:]
        if other := self._number_of_id.get(str(given)):
            if not has_own:
                expected = f"an id, as another record has the number of this one, {number}"
                raise InvalidRecordError(place, expected, received="none")
            received = f"{shortened(str(given))}, which {unit} {other} has already"
            raise InvalidRecordError(place, "a unique id", received=received)
        self._number_of_id[str(given)] = int(own_number)
        return given
