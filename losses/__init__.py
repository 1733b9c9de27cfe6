"""Keras loss objects and functions, one loss per file."""

from .apply_flooding_in_training import apply_flooding_in_training as apply_flooding_in_training
from .flooding import Flooding as Flooding
from .get_loss import get_loss as get_loss
from .sequence_crossentropy import SequenceCrossentropy as SequenceCrossentropy
from .sequence_crossentropy import sequence_crossentropy as sequence_crossentropy
from .sparse_zlpr import SparseZLPR as SparseZLPR
from .sparse_zlpr import sparse_zlpr as sparse_zlpr
from .zlpr import ZLPR as ZLPR
from .zlpr import zlpr as zlpr
from .zlpr import zlpr_decision as zlpr_decision
from .zlpr import zlpr_probabilities as zlpr_probabilities
