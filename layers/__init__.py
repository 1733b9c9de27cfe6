"""What a model is made of: attention, the encoder layer, heads, smooth functions and activations."""
