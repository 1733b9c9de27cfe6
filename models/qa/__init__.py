"""Question-answer pairs from passages."""
