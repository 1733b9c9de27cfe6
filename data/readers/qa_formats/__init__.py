"""File formats of question-answer pairs for `read_qa`, one module each.

Every format has `matches(record)`, which tells by its fields whether a json value has this format, and
`rows(record)`, which yields its pairs as `QARow`, and an `InvalidRecordError` for each part that holds none. A new
format is one module and one entry in `FORMATS`.
"""

from . import fairytale, hugging_face, plain, squad, webqa
from .qa_row import IMPOSSIBLE as IMPOSSIBLE
from .qa_row import QARow as QARow

FORMATS = (squad, webqa, hugging_face, fairytale, plain)
