"""Worker that continues prompts with a decoder-only model of the same size: transformers (PyTorch) or CTranslate2.

    python decoder_only.py FOLDER transformers|float32|int8

FOLDER holds peer.json with the model's size. A row is a source and a list of continuations, one per prompt: the
answers of a passage, or one empty list. transformers runs `generate` with its key-value cache over batches of prompts
of similar length. CTranslate2 runs `generate_batch`; a source shared by several prompts is its cached `static_prompt`.
With `ends`, each continuation ends after its own number of tokens, as that of a trained model would; then there is one
beam.
"""

import json
import os
import sys
import time
from importlib.metadata import version

import numpy as np
import torch
import transformers
from peer import serve

folder, kind = sys.argv[1:3]
size = json.load(open(f"{folder}/peer.json"))
threads = os.cpu_count() or 1
torch.set_num_threads(threads)
torch.manual_seed(0)
transformers.utils.logging.disable_progress_bar()
BATCH = 40


def make_model():
    config = transformers.GPT2Config(
        vocab_size=size["vocab_size"],
        n_positions=512,
        n_embd=size["hidden_size"],
        n_layer=size["num_layers"],
        n_head=size["num_heads"],
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    return transformers.GPT2LMHeadModel(config).eval()


class EndsAt(transformers.StoppingCriteria):
    """Finishes each row of a batch after its own number of tokens."""

    def __init__(self, width, ends):
        self.lengths = width + torch.tensor(ends)

    def __call__(self, input_ids, scores, **options):
        return input_ids.shape[1] >= self.lengths


def generate_with_transformers(rows, prompts, beams, length, ends):
    order = sorted(range(len(prompts)), key=lambda row: len(prompts[row]))
    for start in range(0, len(order), BATCH):
        batch = order[start : start + BATCH]
        width = max(len(prompts[row]) for row in batch)
        ids = np.array([[0] * (width - len(prompts[row])) + prompts[row] for row in batch])
        stops = [EndsAt(width, [ends[row] for row in batch])] if ends else []
        with torch.inference_mode():
            model.generate(
                torch.tensor(ids),
                attention_mask=torch.tensor(ids != 0),
                num_beams=beams,
                do_sample=False,
                min_new_tokens=length,
                max_new_tokens=length,
                stopping_criteria=transformers.StoppingCriteriaList(stops),
            )


def ctranslate2_engine():
    import ctranslate2
    from tokenizers import Tokenizer, models

    path = f"{folder}/ctranslate2-{kind}"
    if not os.path.exists(path):
        words = models.WordLevel({str(i): i for i in range(size["vocab_size"])}, unk_token="3")
        tokenizer = transformers.PreTrainedTokenizerFast(
            tokenizer_object=Tokenizer(words), bos_token="1", eos_token="2", unk_token="3", pad_token="0"
        )
        make_model().save_pretrained(f"{folder}/gpt2")
        tokenizer.save_pretrained(f"{folder}/gpt2")
        ctranslate2.converters.TransformersConverter(f"{folder}/gpt2").convert(path, quantization=kind, force=True)
    return ctranslate2.Generator(path, compute_type=kind, intra_threads=threads)


def generate_with_ctranslate2(rows, prompts, beams, length, ends):
    options = {
        "beam_size": beams,
        "min_length": length,
        "max_length": length,
        "include_prompt_in_result": False,
    }
    if len(prompts) == len(rows):
        engine.generate_batch(tokens(prompts), **options)
        return
    remaining = iter(ends)
    for source, continuations in rows:
        if ends:
            lengths = [next(remaining) for _ in continuations]
            options["callback"] = lambda token, lengths=lengths: token.step + 1 >= lengths[token.batch_id]
        engine.generate_batch(
            tokens(continuations), static_prompt=tokens([source])[0], cache_static_prompt=True, **options
        )


def tokens(prompts):
    return [[str(i) for i in prompt] for prompt in prompts]


if kind == "transformers":
    model, run = make_model(), generate_with_transformers
else:
    engine, run = ctranslate2_engine(), generate_with_ctranslate2


def ask(rows, beams, length, ends=()):
    prompts = [source + continuation for source, continuations in rows for continuation in continuations]
    start = time.perf_counter()
    run(rows, prompts, beams, length, ends)
    return {"seconds": time.perf_counter() - start}


library = "transformers" if kind == "transformers" else "ctranslate2"
serve({library: version(library), "torch": torch.__version__}, ask)
