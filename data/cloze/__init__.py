"""Question-answer pairs from Chinese statements, by rules."""

from .cloze_pairs import cloze_pairs as cloze_pairs
from .group_sentences import group_sentences as group_sentences
