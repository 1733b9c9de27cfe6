"""Chinese and English text: words, sentences, chunks, WordPiece tokenizer and vocabulary."""
