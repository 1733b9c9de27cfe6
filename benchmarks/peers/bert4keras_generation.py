"""bert4keras's own loop: answers by `random_sample`, questions and titles by a `beam_search` each, one text at a time.

python bert4keras_generation.py FOLDER: a Google checkpoint and sources.json, lists of token ids with [CLS] and [SEP].
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


class Writer(AutoRegressiveDecoder):
    @AutoRegressiveDecoder.wraps(default_rtype="logits")
    def predict(self, inputs, output_ids, states):
        ids, segments = inputs
        ids = np.concatenate([ids, output_ids], 1)
        segments = np.concatenate([segments, np.ones_like(output_ids)], 1)
        return self.last_token(model).predict([ids, segments], verbose=0)


decoder = Writer(None, None, 1)  # one for all: a new one would be traced anew


def writer(end_id, length):
    """The decoder, set to write so many tokens."""
    decoder.end_id, decoder.maxlen, decoder.minlen = end_id, length, length
    return decoder


def pairs(passage, count, beams, answer_length, question_length, end_id):
    """Seconds for `count` answers, and for the question of the first."""
    ids = sources[passage]
    segments = [0] * len(ids)
    start = time.perf_counter()
    answers = writer(end_id, answer_length).random_sample([ids, segments], count, topp=0.95)
    between = time.perf_counter()
    answer = [*map(int, answers[0]), end_id]
    writer(end_id, question_length).beam_search([ids + answer, segments + [1] * len(answer)], beams)
    return {"answers": between - start, "question": time.perf_counter() - between}


def titles(articles, beams, length, end_id):
    """Seconds for titles of the first articles."""
    start = time.perf_counter()
    for ids in sources[:articles]:
        writer(end_id, length).beam_search([ids, [0] * len(ids)], beams)
    return {"seconds": time.perf_counter() - start}


def logits(row, segments):
    return {"logits": model.predict([np.array([row]), np.array([segments])], verbose=0)[0, -1].tolist()}


work = {"pairs": pairs, "titles": titles, "logits": logits}
serve(
    {"bert4keras": version("bert4keras"), "tensorflow": version("tensorflow")},
    lambda what, **settings: work[what](**settings),
)
