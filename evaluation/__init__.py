"""Metrics and the HTML reports."""

from .nearest_passage import nearest_passage as nearest_passage
from .qa_agreement import QAAgreement as QAAgreement
from .qa_agreement import qa_agreement as qa_agreement
from .qa_page import QAPassage as QAPassage
from .qa_page import qa_page as qa_page
from .rouge_l import rouge_l as rouge_l
from .units import units as units
