"""Inference without Keras: the light engine, and the pipeline of question-answer pairs for models of any engine."""

from .deduplication import Deduplicator as Deduplicator
from .light_models import LightEmbedder as LightEmbedder
from .light_models import LightExtractiveQA as LightExtractiveQA
from .light_models import LightMaskedLM as LightMaskedLM
from .light_models import LightMultiLabelClassifier as LightMultiLabelClassifier
from .light_models import LightQAGenerator as LightQAGenerator
from .light_models import LightTitleGenerator as LightTitleGenerator
from .qa_pipeline import QAPipeline as QAPipeline
