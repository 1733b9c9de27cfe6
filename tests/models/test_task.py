"""Training shared by all tasks."""

import keras
import numpy as np

from textzoo.models import Encoder, MaskedLM


def test_the_training_step_is_traced_once_per_shape(monkeypatch):
    model = MaskedLM(
        Encoder(20, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=8, dropout=0.0)
    )
    traces = []
    train_step = model.train_step
    monkeypatch.setattr(model, "train_step", lambda data: traces.append(data) or train_step(data))
    model.compile(keras.optimizers.Adam(0.01))
    ids = np.array([[2, 5, 6, 3], [2, 7, 8, 3]], "int32")
    inputs = {"ids": ids, "positions": np.ones((2, 1), "int32")}
    model.fit(inputs, ids[:, 1:2], sample_weight=np.ones((2, 1), "float32"), batch_size=2, epochs=3, verbose=0)
    assert len(traces) == 1
