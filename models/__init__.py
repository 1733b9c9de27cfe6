"""The folder that composes: encoder, generators, checkpoints."""

from .encoder import Encoder as Encoder
from .qa_generator import QAGenerator as QAGenerator
from .qa_pair import QAPair as QAPair
from .qa_preprocessor import QAPreprocessor as QAPreprocessor
from .text_vectors import TextVectors as TextVectors
from .unilm import UniLM as UniLM
