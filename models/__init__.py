"""The folder that composes: encoder, generators, classifier, checkpoints."""

from .beam_tree import BeamNode as BeamNode
from .beam_tree import beam_tree as beam_tree
from .best_span import best_span as best_span
from .encoder import Encoder as Encoder
from .judged_pair import JudgedPair as JudgedPair
from .logit_f1_score import LogitF1Score as LogitF1Score
from .masked_lm import MaskedLM as MaskedLM
from .masked_lm_preprocessor import MaskedLMPreprocessor as MaskedLMPreprocessor
from .masked_lm_records import MaskedLMRecords as MaskedLMRecords
from .merge_duplicates import MergeDuplicates as MergeDuplicates
from .multilabel_classifier import MultiLabelClassifier as MultiLabelClassifier
from .multilabel_preprocessor import MultiLabelPreprocessor as MultiLabelPreprocessor
from .qa_flow import QAFlow as QAFlow
from .qa_generator import QAGenerator as QAGenerator
from .qa_pair import QAPair as QAPair
from .qa_preprocessor import QAPreprocessor as QAPreprocessor
from .question_fault import question_fault as question_fault
from .reader import Reader as Reader
from .reader_answer import ReaderAnswer as ReaderAnswer
from .reader_preprocessor import ReaderPreprocessor as ReaderPreprocessor
from .text_vectors import TextVectors as TextVectors
from .title import Title as Title
from .title_generator import TitleGenerator as TitleGenerator
from .title_preprocessor import TitlePreprocessor as TitlePreprocessor
from .title_records import TitleRecords as TitleRecords
from .unilm import UniLM as UniLM
