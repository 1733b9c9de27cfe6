"""Models: the encoder, a task per folder, checkpoints and presets."""

from ..data.engines import register_engine
from ..data.find_preset import known_presets as known_presets
from ..data.preprocessors import Preprocessor as Preprocessor
from ..data.tasks import ExtractiveAnswer as ExtractiveAnswer
from ..data.tasks import SearchNode as SearchNode
from ..data.tasks import Title as Title
from ..data.tasks import search_tree as search_tree
from .adamw import adamw as adamw
from .add_words import add_words as add_words
from .contextual_embedder import ContextualEmbedder as ContextualEmbedder
from .encoder import Encoder as Encoder
from .extractive_qa.extractive_qa import ExtractiveQA as ExtractiveQA
from .gap_sentence.gap_sentence_lm import GapSentenceLM as GapSentenceLM
from .gap_sentence.gap_sentence_training_data import GapSentenceTrainingData as GapSentenceTrainingData
from .keras_engine import load_keras_model
from .masked_lm.masked_lm import MaskedLM as MaskedLM
from .masked_lm.masked_lm_training_data import MaskedLMTrainingData as MaskedLMTrainingData
from .multilabel.logit_f1_score import LogitF1Score as LogitF1Score
from .multilabel.multilabel_classifier import MultiLabelClassifier as MultiLabelClassifier
from .preprocessors import ExtractiveQAPreprocessor as ExtractiveQAPreprocessor
from .preprocessors import GapSentencePreprocessor as GapSentencePreprocessor
from .preprocessors import MaskedLMPreprocessor as MaskedLMPreprocessor
from .preprocessors import MultiLabelPreprocessor as MultiLabelPreprocessor
from .preprocessors import QAPreprocessor as QAPreprocessor
from .preprocessors import TitlePreprocessor as TitlePreprocessor
from .qa.qa_generator import QAGenerator as QAGenerator
from .task import Task as Task
from .title.title_generator import TitleGenerator as TitleGenerator
from .title.title_training_data import TitleTrainingData as TitleTrainingData
from .unilm import UniLM as UniLM

register_engine("keras", load_keras_model)
