"""Chinese and English text: words, sentences, chunks, the WordPiece tokenizer and its vocabulary."""
