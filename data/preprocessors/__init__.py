"""Preprocessors of the tasks: texts and examples to the inputs of a model."""

from .extractive_qa_preprocessor import ExtractiveQAPreprocessor as ExtractiveQAPreprocessor
from .gap_sentence_preprocessor import GapSentencePreprocessor as GapSentencePreprocessor
from .masked_lm_preprocessor import MaskedLMPreprocessor as MaskedLMPreprocessor
from .multilabel_preprocessor import MultiLabelPreprocessor as MultiLabelPreprocessor
from .preprocessor import Preprocessor as Preprocessor
from .qa_preprocessor import QAPreprocessor as QAPreprocessor
from .title_preprocessor import TitlePreprocessor as TitlePreprocessor
