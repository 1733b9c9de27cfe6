"""Question-answer pairs without a model: records, answer spans, statistics and question checks."""
