"""Decoding over a step function: sampling, beams, constraints. Knows no tokenizer and no model."""
