"""Distances between texts as sequences of word vectors: transport, WMD, WRD, bounds, exact search."""

from .alignment import Alignment as Alignment
from .alignment import Move as Move
from .alignment import align as align
from .alignment_page import alignment_page as alignment_page
from .bounds import wmd_centroid_bound as wmd_centroid_bound
from .bounds import wmd_relaxed_bound as wmd_relaxed_bound
from .bounds import wrd_centroid_bound as wrd_centroid_bound
from .bounds import wrd_relaxed_bound as wrd_relaxed_bound
from .costs import word_costs as word_costs
from .idf import Idf as Idf
from .paired import paired as paired
from .pairwise import pairwise as pairwise
from .search import Match as Match
from .search import TextIndex as TextIndex
from .static_text_vectors import StaticTextVectors as StaticTextVectors
from .text_units import text_units as text_units
from .transport import Transport as Transport
from .transport import transport as transport
from .transport import transport_costs as transport_costs
from .vectors import WordVectors as WordVectors
from .wmd import wmd as wmd
from .wrd import wrd as wrd
from .wrd import wrd_similarity as wrd_similarity
