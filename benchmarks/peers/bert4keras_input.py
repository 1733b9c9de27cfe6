"""Worker for bert4keras's tokenizer and padding.

    python bert4keras_input.py FOLDER LENGTH

FOLDER holds vocab.txt and texts.json.
"""

import json
import os
import sys
import time

os.environ.update(TF_KERAS="1", TF_USE_LEGACY_KERAS="1", TF_CPP_MIN_LOG_LEVEL="3")

from importlib.metadata import version

from bert4keras.snippets import DataGenerator, sequence_padding
from bert4keras.tokenizers import Tokenizer
from peer import serve

folder, length = sys.argv[1], int(sys.argv[2])
tokenizer = Tokenizer(f"{folder}/vocab.txt", do_lower_case=True)
texts = json.load(open(f"{folder}/texts.json"))


class Batches(DataGenerator):
    """Batches as in bert4keras's examples."""

    def __iter__(self, random=False):
        ids, segments = [], []
        for is_end, text in self.sample(random):
            row, kinds = tokenizer.encode(text, maxlen=length)
            ids.append(row)
            segments.append(kinds)
            if len(ids) == self.batch_size or is_end:
                yield sequence_padding(ids), sequence_padding(segments)
                ids, segments = [], []


def ask(batching, batch_size):
    """Returns the ids of the texts, or with `batching` the seconds from texts to batches."""
    if batching is None:
        return {"ids": [tokenizer.encode(text, maxlen=length)[0] for text in texts]}
    start = time.perf_counter()
    assert sum(len(ids) for ids, _ in Batches(texts, batch_size).__iter__(random=True)) == len(texts)
    return {"seconds": time.perf_counter() - start}


serve({"bert4keras": version("bert4keras")}, ask)
