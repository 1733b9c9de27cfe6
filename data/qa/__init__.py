"""Question-answer pairs without a model: records, answer spans, checks of questions."""
