"""Distances between sequences of vectors: optimal transport, WMD, WRD, search."""
