"""Pretraining on masked words."""
