"""Metrics and the HTML reports."""
