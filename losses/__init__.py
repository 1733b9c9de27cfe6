"""Keras loss objects, one file each."""

from .sequence_crossentropy import SequenceCrossentropy as SequenceCrossentropy
from .sequence_crossentropy import sequence_crossentropy as sequence_crossentropy
from .zlpr import ZLPR as ZLPR
from .zlpr import zlpr as zlpr
from .zlpr import zlpr_decision as zlpr_decision
from .zlpr import zlpr_probabilities as zlpr_probabilities
from .sparse_zlpr import SparseZLPR as SparseZLPR
from .sparse_zlpr import sparse_zlpr as sparse_zlpr
