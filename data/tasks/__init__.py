"""Tasks without an engine: texts to results by the methods that the models of every engine share."""

from .answer_extraction import AnswerExtraction as AnswerExtraction
from .answer_extraction import ExtractiveAnswer as ExtractiveAnswer
from .label_prediction import LabelPrediction as LabelPrediction
from .mask_filling import MaskFilling as MaskFilling
from .qa_generation import QAGeneration as QAGeneration
from .search_tree import SearchNode as SearchNode
from .search_tree import search_tree as search_tree
from .text_embedding import TextEmbedding as TextEmbedding
from .title_generation import Title as Title
from .title_generation import TitleGeneration as TitleGeneration
