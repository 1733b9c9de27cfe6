"""Readers of public and plain file formats."""
