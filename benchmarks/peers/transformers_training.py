"""Worker for a PyTorch training of transformers' BERT on (source, target) pairs, with UniLM's mask.

Logits are computed at the positions that have a label only, unlike in `BertForMaskedLM.forward`.

    python transformers_training.py CONFIG EXAMPLES.json

EXAMPLES.json holds lists of [token ids, segment ids] of whole sequences.
"""

import json
import os
import random
import sys
import time
from importlib.metadata import version

import torch
from peer import serve
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence
from transformers import BertConfig, BertForMaskedLM

torch.set_num_threads(os.cpu_count() or 1)
rows = json.load(open(sys.argv[2]))
model = BertForMaskedLM(BertConfig.from_json_file(sys.argv[1])).train()
optimizer = torch.optim.AdamW(model.parameters(), 1e-5)


def inputs(batch):
    ids = pad_sequence([torch.tensor(row[0]) for row in batch], batch_first=True)
    segments = pad_sequence([torch.tensor(row[1]) for row in batch], batch_first=True)
    places = torch.arange(ids.shape[1])
    allowed = (segments == 0)[:, None, :] | (places[None, :] <= places[:, None])
    allowed &= (ids != 0)[:, None, :]
    mask = torch.where(allowed, 0.0, torch.finfo(torch.float32).min)[:, None]
    return {"input_ids": ids, "token_type_ids": segments, "attention_mask": mask}


def loss(batch):
    features = inputs(batch)
    ids, is_label = features["input_ids"], features["token_type_ids"][:, 1:] == 1
    hidden = model.bert(**features).last_hidden_state[:, :-1]
    return cross_entropy(model.cls(hidden[is_label]), ids[:, 1:][is_label])


def fit(batch_size, epochs):
    start = time.perf_counter()
    ordered = sorted(rows, key=lambda row: len(row[0]))
    batches = [ordered[first : first + batch_size] for first in range(0, len(ordered), batch_size)]
    for _ in range(epochs):
        for batch in random.sample(batches, len(batches)):
            loss(batch).backward()
            optimizer.step()
            optimizer.zero_grad()
    return {"seconds": time.perf_counter() - start}


serve({"transformers": version("transformers"), "torch": version("torch")}, fit)
