"""Keras loss objects, one file each."""

from .sequence_crossentropy import SequenceCrossentropy as SequenceCrossentropy
from .sequence_crossentropy import sequence_crossentropy as sequence_crossentropy
