"""Metrics and the HTML reports."""

from .answer_recall import answer_recall as answer_recall
from .best_threshold import best_threshold as best_threshold
from .bleu_4 import bleu_4 as bleu_4
from .character_f1 import character_f1 as character_f1
from .chrf import chrf as chrf
from .distinct import distinct as distinct
from .duplicate_share import duplicate_share as duplicate_share
from .label_table import LabelRow as LabelRow
from .label_table import label_table as label_table
from .multilabel_figures import MultiLabelFigures as MultiLabelFigures
from .multilabel_figures import multilabel_figures as multilabel_figures
from .nearest_passage import nearest_passage as nearest_passage
from .qa_agreement import QAAgreement as QAAgreement
from .qa_agreement import qa_agreement as qa_agreement
from .qa_aligned_f1 import QAAlignedF1 as QAAlignedF1
from .qa_aligned_f1 import qa_aligned_f1 as qa_aligned_f1
from .qa_figures import QAFigures as QAFigures
from .qa_figures import qa_figures as qa_figures
from .qa_page import QAPassage as QAPassage
from .qa_page import qa_page as qa_page
from .rouge_l import rouge_l as rouge_l
from .score_histogram import ScoreHistogram as ScoreHistogram
from .score_histogram import score_histogram as score_histogram
from .title_figures import TitleFigures as TitleFigures
from .title_figures import title_figures as title_figures
from .units import units as units
