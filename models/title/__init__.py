"""Titles of articles."""
