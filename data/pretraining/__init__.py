"""Texts as sequences of tokens for pretraining: tokenized once, packed, with sentences to remove."""
