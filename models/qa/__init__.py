"""Generation of question-answer pairs."""
