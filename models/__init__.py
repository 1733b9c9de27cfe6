"""The folder that composes: encoder, generators, checkpoints."""

from .encoder import Encoder as Encoder
from .qa_pair import QAPair as QAPair
from .unilm import UniLM as UniLM
