"""Sample corpus generated from hand-written patterns, one file per domain in `patterns/`."""

from .pattern import Pattern as Pattern
from .pattern import read_patterns as read_patterns
from .sample_corpus import SampleCorpus as SampleCorpus
from .sample_corpus import sample_corpus as sample_corpus
from .sample_passage import SamplePassage as SamplePassage
