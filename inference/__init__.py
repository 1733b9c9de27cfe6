"""Inference independent of the engine that runs the model: the pipeline of question-answer pairs. Imports no Keras."""

from .deduplication import Deduplicator as Deduplicator
from .qa_pipeline import QAPipeline as QAPipeline
