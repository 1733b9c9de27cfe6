"""The error for a record of a file that cannot be used."""


class InvalidRecordError(ValueError):
    """A record that cannot be used: where it stands, what was expected and what came.

    Args:
        place: File and line, such as `"passages.jsonl, line 3"`.
        expected: What should stand there.
        received: What stands there.

    Example:
        >>> print(InvalidRecordError("a.jsonl, line 3", "a field 'text'", "fields 'id', 'body'"))
        a.jsonl, line 3: expected a field 'text'. Received: fields 'id', 'body'.
    """

    def __init__(self, place: str, expected: str, received: str):
        super().__init__(f"{place}: expected {expected}. Received: {received}.")
        self.place = place
        self.expected = expected
        self.received = received

    def __reduce__(self):
        return type(self), (self.place, self.expected, self.received)
