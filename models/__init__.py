"""Models: the encoder, a task per folder, checkpoints and presets."""

from .adamw import adamw as adamw
from .contextual_embedder import ContextualEmbedder as ContextualEmbedder
from .encoder import Encoder as Encoder
from .extractive_qa.extractive_qa import ExtractiveAnswer as ExtractiveAnswer
from .extractive_qa.extractive_qa import ExtractiveQA as ExtractiveQA
from .extractive_qa.extractive_qa_preprocessor import ExtractiveQAPreprocessor as ExtractiveQAPreprocessor
from .masked_lm.masked_lm import MaskedLM as MaskedLM
from .masked_lm.masked_lm_preprocessor import MaskedLMPreprocessor as MaskedLMPreprocessor
from .masked_lm.masked_lm_training_data import MaskedLMTrainingData as MaskedLMTrainingData
from .multilabel.logit_f1_score import LogitF1Score as LogitF1Score
from .multilabel.multilabel_classifier import MultiLabelClassifier as MultiLabelClassifier
from .multilabel.multilabel_preprocessor import MultiLabelPreprocessor as MultiLabelPreprocessor
from .preprocessor import Preprocessor as Preprocessor
from .presets.find_preset import known_presets as known_presets
from .qa.qa_generator import QAGenerator as QAGenerator
from .qa.qa_preprocessor import QAPreprocessor as QAPreprocessor
from .task import Task as Task
from .title.search_tree import SearchNode as SearchNode
from .title.search_tree import search_tree as search_tree
from .title.title_generator import Title as Title
from .title.title_generator import TitleGenerator as TitleGenerator
from .title.title_preprocessor import TitlePreprocessor as TitlePreprocessor
from .title.title_training_data import TitleTrainingData as TitleTrainingData
from .unilm import UniLM as UniLM
