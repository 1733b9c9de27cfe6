"""Saves a small model as version 0.1.0 does: python tests/golden/make_saved_model.py.

Never make it anew for a version that can no longer load it: a registered name or an argument changed, and the saved
models of users break with it.
"""

from pathlib import Path

import keras
import numpy as np

from textzoo.data import Tokenizer
from textzoo.losses import Flooding, SequenceCrossentropy
from textzoo.models import Encoder, QAGenerator, QAPreprocessor

HERE = Path(__file__).parent
INPUTS = {"source_ids": np.array([[2, 5, 6, 7, 3]]), "target_ids": np.array([[[6, 3, 8, 3]]])}


def main():
    keras.utils.set_random_seed(0)
    tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李来谁"])
    encoder = Encoder(tokenizer.vocab_size, 8, 1, 2, 16, max_length=32, activation="smooth_relu", initializer_range=0.3)
    model = QAGenerator(encoder, QAPreprocessor(tokenizer, 16, 4, 8), copy_head=True)
    model.compile(loss=Flooding(SequenceCrossentropy(), 0.5))
    model.save(HERE / "qa_generator_0.1.0.keras")
    np.save(HERE / "qa_generator_0.1.0.npy", keras.ops.convert_to_numpy(model(INPUTS)))


if __name__ == "__main__":
    main()
