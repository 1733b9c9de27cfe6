"""A script of a Keras user: `tf.data` of strings, fit, evaluate, predict, save, load, summary."""

import subprocess
import sys

import pytest

SCRIPT = """
import keras
import tensorflow as tf

from textzoo.data import Tokenizer, build_vocabulary
from textzoo.models import Encoder, MultiLabelClassifier, MultiLabelPreprocessor

texts = ["多谢你", "真吵啊", "谢谢，不吵", "你好"]
labels = [[1, 0], [0, 1], [1, 0], [0, 0]]
train = tf.data.Dataset.from_tensor_slices((texts, labels)).batch(2)

tokenizer = Tokenizer(build_vocabulary(texts))
preprocessor = MultiLabelPreprocessor(tokenizer, ["gratitude", "anger"], max_length=16)
encoder = Encoder(tokenizer.vocab_size, hidden_size=16, num_layers=1, num_heads=2, intermediate_size=32, max_length=16)
model = MultiLabelClassifier(encoder, preprocessor)
model.fit(train, epochs=2, validation_data=train, verbose=0)
model.compile(optimizer=keras.optimizers.Adam(0.01), loss="zlpr")
history = model.fit(train, epochs=8, verbose=0).history
assert history["loss"][-1] < history["loss"][0]
scores = model.evaluate(train, verbose=0, return_dict=True)
logits = model.predict(["多谢", "真吵"], verbose=0)
assert logits.shape == model(preprocessor(["多谢", "真吵"])).shape == (2, 2)
model.save("classifier.keras")
loaded = keras.saving.load_model("classifier.keras")
assert abs(loaded.predict(["多谢", "真吵"], verbose=0) - logits).max() < 1e-5
assert abs(loaded.evaluate(train, verbose=0, return_dict=True)["loss"] - scores["loss"]) < 1e-4
loaded.summary()
"""


@pytest.mark.slow
def test_the_script_runs(tmp_path):
    code = f"import sys; sys.path[:0] = {sys.path!r}\n{SCRIPT}"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "encoder (Encoder)" in run.stdout and "head (Dense)" in run.stdout
