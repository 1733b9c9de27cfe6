"""Pretraining of generators: masked words, and a removed sentence to write."""
