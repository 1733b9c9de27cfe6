"""Generation of titles."""
