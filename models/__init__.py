"""The folder that composes: encoder, generators, checkpoints."""
