"""Generation that does not depend on the engine: the pipeline of question-answer pairs. Imports no Keras."""

from .deduplication import Deduplicator as Deduplicator
from .qa_pipeline import QAPipeline as QAPipeline
