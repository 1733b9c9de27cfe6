"""Worker for bert4keras's generation: `random_sample` for answers, `beam_search` for questions and titles.

    python bert4keras_generation.py FOLDER

FOLDER holds a Google checkpoint and sources.json, lists of token ids with [CLS] and [SEP]. bert4keras generates one
text at a time.
"""

import os
import sys
import time

os.environ.update(TF_KERAS="1", TF_USE_LEGACY_KERAS="1", TF_CPP_MIN_LOG_LEVEL="3")

import json
from importlib.metadata import version

import numpy as np
from bert4keras.models import build_transformer_model
from bert4keras.snippets import AutoRegressiveDecoder
from peer import serve

folder = sys.argv[1]
model = build_transformer_model(
    f"{folder}/bert_config.json", f"{folder}/bert_model.ckpt", application="unilm", with_mlm="linear"
)
sources = json.load(open(f"{folder}/sources.json"))


class Decoder(AutoRegressiveDecoder):
    @AutoRegressiveDecoder.wraps(default_rtype="logits")
    def predict(self, inputs, output_ids, states):
        ids, segments = inputs
        ids = np.concatenate([ids, output_ids], 1)
        segments = np.concatenate([segments, np.ones_like(output_ids)], 1)
        return self.last_token(model).predict([ids, segments], verbose=0)


decoder = Decoder(None, None, 1)  # shared, since a new decoder would be traced again


def decoder_of_length(end_id, length):
    """Returns the decoder, set to generate `length` tokens."""
    decoder.end_id, decoder.maxlen, decoder.minlen = end_id, length, length
    return decoder


def pairs(passage, count, beams, answer_length, question_length, end_id):
    """Returns the seconds for `count` answers and for the question of the first."""
    ids = sources[passage]
    segments = [0] * len(ids)
    start = time.perf_counter()
    answers = decoder_of_length(end_id, answer_length).random_sample([ids, segments], count, topp=0.95)
    between = time.perf_counter()
    answer = [*map(int, answers[0]), end_id]
    decoder_of_length(end_id, question_length).beam_search([ids + answer, segments + [1] * len(answer)], beams)
    return {"answers": between - start, "question": time.perf_counter() - between}


def titles(articles, beams, length, end_id):
    """Returns the seconds for titles of the first articles."""
    start = time.perf_counter()
    for ids in sources[:articles]:
        decoder_of_length(end_id, length).beam_search([ids, [0] * len(ids)], beams)
    return {"seconds": time.perf_counter() - start}


def logits(row, segments):
    return {"logits": model.predict([np.array([row]), np.array([segments])], verbose=0)[0, -1].tolist()}


handlers = {"pairs": pairs, "titles": titles, "logits": logits}
serve(
    {"bert4keras": version("bert4keras"), "tensorflow": version("tensorflow")},
    lambda method, **request: handlers[method](**request),
)
