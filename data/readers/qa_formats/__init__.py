"""The file formats of question-answer pairs that `read_qa` knows, one file each.

Every format has `matches(record)`, which tells by its fields whether a json value is of this format, and
`rows(record)`, which yields its pairs as `QARow`. A new format is one file and one line in `FORMATS`.
"""

from . import fairytale, plain, squad, webqa
from .qa_row import IMPOSSIBLE as IMPOSSIBLE
from .qa_row import QARow as QARow

FORMATS = (squad, webqa, fairytale, plain)
