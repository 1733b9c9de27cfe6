"""HTTP service of models and its web page."""
