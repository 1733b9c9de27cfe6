"""textzoo's tokenizer and batching: python textzoo_input.py FOLDER LENGTH; FOLDER has vocab.txt and texts.json."""

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


def ask(way, batch_size):
    """Ids where no way of batching is asked for."""
    start = time.perf_counter()
    found = records()
    if way is None:
        return {"ids": [record["ids"].tolist() for record in found]}
    if way == "batches":
        count = sum(len(batch["ids"]) for batch in batches(found, batch_size))
    else:
        plan = epoch_plan([len(record["ids"]) for record in found], batch_size)
        count = sum(len(pad_batch([found[row] for row in rows])["ids"]) for rows in plan)
    assert count == len(texts)
    return {"seconds": time.perf_counter() - start}


serve({"tensorflow": version("tensorflow"), "tokenizers": version("tokenizers")}, ask)
