"""Checkpoints of other libraries: a table of names for each family, a reader and a writer for each format."""

from .checkpoint import Checkpoint as Checkpoint
from .find_checkpoint import find_checkpoint as find_checkpoint
from .google import write_google as write_google
from .hugging_face import write_hugging_face as write_hugging_face
