"""Checkpoints of other libraries: one name table, a reader and a writer for each format."""

from .checkpoint import Checkpoint as Checkpoint
from .find_checkpoint import find_checkpoint as find_checkpoint
from .name_table import name_table as name_table
