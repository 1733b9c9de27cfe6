"""Scores of impossible tokens and hypotheses, shared by the decoding loops of every engine."""

MASKED_LOGIT = -1e9
"""Logit of a token or position that must not be chosen; finite, so that a fully masked row has a softmax."""

NO_HYPOTHESIS = -1e30
"""Score of a hypothesis that does not exist, below every sum that contains a masked logit."""
