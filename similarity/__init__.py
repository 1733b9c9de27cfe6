"""Distances between texts as sequences of word vectors: WMD, WRD, their bounds, alignments and exact search."""

from .alignment import Alignment as Alignment
from .alignment import Move as Move
from .alignment import align as align
from .distance_bounds import wmd_centroid_bound as wmd_centroid_bound
from .distance_bounds import wmd_relaxed_bound as wmd_relaxed_bound
from .distance_bounds import wrd_centroid_bound as wrd_centroid_bound
from .distance_bounds import wrd_relaxed_bound as wrd_relaxed_bound
from .ground_costs import ground_costs as ground_costs
from .idf import Idf as Idf
from .paired_distances import paired_distances as paired_distances
from .pairwise_distances import pairwise_distances as pairwise_distances
from .passage_rankers import bm25_ranker as bm25_ranker
from .passage_rankers import embedding_ranker as embedding_ranker
from .text_index import Match as Match
from .text_index import TextIndex as TextIndex
from .transport import Transport as Transport
from .transport import transport as transport
from .transport import transport_costs as transport_costs
from .wmd import wmd as wmd
from .word_embedder import WordEmbedder as WordEmbedder
from .word_vectors import WordVectors as WordVectors
from .wrd import wrd as wrd
from .wrd import wrd_similarity as wrd_similarity
