"""Question-answer pairs out of Chinese statements."""

from .cloze_pairs import cloze_pairs as cloze_pairs
from .sentence_runs import sentence_runs as sentence_runs
