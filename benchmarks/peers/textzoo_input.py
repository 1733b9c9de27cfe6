"""Worker for textzoo's tokenizer and batching.

    python textzoo_input.py FOLDER LENGTH

FOLDER holds vocab.txt and texts.json.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from peer import serve

from textzoo.data import Tokenizer, batches, epoch_plan, pad_batch

folder, length = Path(sys.argv[1]), int(sys.argv[2])
tokenizer = Tokenizer.from_vocab(folder / "vocab.txt")
texts = json.loads((folder / "texts.json").read_text())


def records():
    first, last = np.array([tokenizer.cls_id]), np.array([tokenizer.sep_id])
    rows = (np.concatenate([first, ids[: length - 2], last]) for ids, _ in tokenizer.tokenize_batch(texts))
    return [{"ids": ids, "segment_ids": np.zeros_like(ids)} for ids in rows]


def ask(batching, batch_size):
    """Returns the ids of the texts, or with `batching` the seconds from texts to batches."""
    start = time.perf_counter()
    encoded = records()
    if batching is None:
        return {"ids": [record["ids"].tolist() for record in encoded]}
    if batching == "batches":
        count = sum(len(batch["ids"]) for batch in batches(encoded, batch_size))
    else:
        plan = epoch_plan([len(record["ids"]) for record in encoded], batch_size)
        count = sum(len(pad_batch([encoded[row] for row in rows])["ids"]) for rows in plan)
    assert count == len(texts)
    return {"seconds": time.perf_counter() - start}


serve({"tensorflow": version("tensorflow"), "tokenizers": version("tokenizers")}, ask)
