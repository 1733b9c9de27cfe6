"""A model that version 0.1.0 saved still loads and says the same."""

from pathlib import Path

import keras
import numpy as np

import textzoo.models  # noqa: F401  registers the classes

GOLDEN = Path(__file__).parent.parent / "golden"
INPUTS = {"source_ids": np.array([[2, 5, 6, 7, 3]]), "target_ids": np.array([[[6, 3, 8, 3]]])}


def test_a_file_of_version_0_1_0_loads():
    model = keras.saving.load_model(GOLDEN / "qa_generator_0.1.0.keras")
    np.testing.assert_allclose(model(INPUTS), np.load(GOLDEN / "qa_generator_0.1.0.npy"), atol=1e-5)
    assert model.loss.level == 0.5 and model.loss.loss.label_smoothing == 0
    assert [pair.answer for pair in model.generate("小李来", 1, max_answer_length=4, max_question_length=8, seed=0)]
