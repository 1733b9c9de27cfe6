"""Worker for bert4keras's `fit` on (source, target) pairs, as in its examples of question-answer pairs and titles.

    python bert4keras_training.py CONFIG EXAMPLES.json

EXAMPLES.json holds lists of [token ids, segment ids] of whole sequences.
"""

import json
import os
import sys
import time

os.environ.update(TF_KERAS="1", TF_USE_LEGACY_KERAS="1", TF_CPP_MIN_LOG_LEVEL="3")

from importlib.metadata import version

from bert4keras.backend import K, keras
from bert4keras.layers import Loss
from bert4keras.models import build_transformer_model
from bert4keras.snippets import DataGenerator, sequence_padding
from peer import serve

examples = json.load(open(sys.argv[2]))


class CrossEntropy(Loss):
    """Loss of bert4keras's examples, over the tokens of the second segment."""

    def compute_loss(self, inputs, mask=None):
        y_true, y_mask, y_pred = inputs
        y_true, y_mask, y_pred = y_true[:, 1:], K.cast(y_mask[:, 1:], K.floatx()), y_pred[:, :-1]
        loss = K.sparse_categorical_crossentropy(y_true, y_pred)
        return K.sum(loss * y_mask) / K.sum(y_mask)


class Batches(DataGenerator):
    def __iter__(self, random=False):
        ids, segments = [], []
        for is_end, (row, kinds) in self.sample(random):
            ids.append(row)
            segments.append(kinds)
            if len(ids) == self.batch_size or is_end:
                yield ((sequence_padding(ids), sequence_padding(segments)),)  # tf_keras expects a tuple
                ids, segments = [], []


model = build_transformer_model(sys.argv[1], None, application="unilm", with_mlm=True)
output = CrossEntropy(2)([*model.inputs, model.outputs[0]])
model = keras.models.Model(model.inputs, output)
model.compile(optimizer=keras.optimizers.legacy.Adam(1e-5))  # bert4keras.optimizers.Adam needs an older Keras 2


def fit(batch_size, epochs):
    batches = Batches(examples, batch_size)
    start = time.perf_counter()
    model.fit(batches.forfit(), steps_per_epoch=len(batches), epochs=epochs, verbose=0)
    return {"seconds": time.perf_counter() - start}


serve({"bert4keras": version("bert4keras"), "tensorflow": version("tensorflow")}, fit)
