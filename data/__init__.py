"""From text to ids: tokenizer, readers of the public formats, cutting, batching, the sample corpus."""
