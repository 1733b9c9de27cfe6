"""Distances between texts as sequences of word vectors: transport, WMD, WRD, bounds, exact search."""

from .bounds import wmd_centroid_bound as wmd_centroid_bound
from .bounds import wmd_relaxed_bound as wmd_relaxed_bound
from .bounds import wrd_centroid_bound as wrd_centroid_bound
from .bounds import wrd_relaxed_bound as wrd_relaxed_bound
from .costs import word_costs as word_costs
from .paired import paired as paired
from .pairwise import pairwise as pairwise
from .transport import Transport as Transport
from .transport import transport as transport
from .transport import transport_costs as transport_costs
from .wmd import wmd as wmd
from .wrd import wrd as wrd
from .wrd import wrd_similarity as wrd_similarity
