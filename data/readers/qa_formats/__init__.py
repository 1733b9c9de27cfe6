"""File formats of question-answer pairs for `read_qa`, one module each.

Every format has `FORM`, its fields for messages; `matches(record)`, which tells by its fields whether a json value has
this format; and `rows(record)`, which yields its pairs as `QARow`, and an `InvalidRecordError` for each part that holds
none. A new format is one module and one entry in `FORMATS`.
"""

from . import (
    alpaca,
    annotations,
    article_questions,
    documents,
    lmqg,
    paragraph_questions,
    plain,
    squad,
    webqa,
    webqa_evidences,
)
from .qa_row import IMPOSSIBLE as IMPOSSIBLE
from .qa_row import QARow as QARow

FORMATS = (
    squad,
    paragraph_questions,
    webqa,
    webqa_evidences,
    documents,
    lmqg,
    alpaca,
    annotations,
    article_questions,
    plain,
)
