"""Keras loss objects, one file each."""
