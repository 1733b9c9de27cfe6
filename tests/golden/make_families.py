"""Records hidden states of transformers' encoders on random weights: python tests/golden/make_families.py.

Recorded with transformers 5.24.0 and PyTorch 2.13.0.
"""

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SIZES = {
    "vocab_size": 24,
    "hidden_size": 8,
    "num_layers": 2,
    "num_heads": 2,
    "intermediate_size": 12,
    "max_length": 16,
    "num_segments": 2,
    "activation": "gelu",
    "embedding_size": 6,
    "num_task_types": 3,
}
# Families that transformers has, with further keys of their configuration.
IN_TRANSFORMERS = {
    "albert": {},
    "distilbert": {},
    "electra": {},
    "ernie": {"use_task_id": True},
    "roformer": {},
    "roberta": {},
    "xlm-roberta": {},
}
LENGTHS = (11, 7, 2)


def random_ids(vocab_size, generator_seed=0):
    """Returns ids and segments int `[3, 11]`, 0 after each row's length, and the mask."""
    rng = np.random.default_rng(generator_seed)
    mask = np.arange(max(LENGTHS)) < np.array(LENGTHS)[:, None]
    shape = mask.shape
    return rng.integers(5, vocab_size, shape) * mask, rng.integers(0, 2, shape) * mask, mask


def random_model(family, **options):
    """Returns transformers' model with an output head and random weights far from zero."""
    import torch
    import transformers

    keys = {key: SIZES[argument] for key, argument in family.arguments.items() if argument in SIZES}
    if family.padded_positions:
        keys |= {"max_position_embeddings": SIZES["max_length"] + 2, "type_vocab_size": 1}
    config = getattr(transformers, f"{family.class_name}Config")(**keys | IN_TRANSFORMERS[family.model_type] | options)
    model = getattr(transformers, f"{family.class_name}ForMaskedLM")(config).eval()
    generator = torch.Generator().manual_seed(0)
    for key, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue  # sines and cosines
        is_scale = key.lower().endswith(("layernorm.weight", "layer_norm.weight", "norm.weight"))
        parameter.data = 0.3 * torch.randn(parameter.shape, generator=generator) + is_scale
    model.tie_weights()
    return model


def outputs(model, ids, segments, mask):
    """Returns hidden states and logits."""
    import torch

    segmented = getattr(model.config, "type_vocab_size", 0) > 1
    inputs = {"token_type_ids": torch.tensor(segments)} if segmented else {}
    with torch.no_grad():
        output = model(torch.tensor(ids), attention_mask=torch.tensor(mask), output_hidden_states=True, **inputs)
    return output.hidden_states[-1].numpy(), output.logits.numpy()


def main():
    from textzoo.models.checkpoints.families import FAMILIES

    ids, segments, mask = random_ids(SIZES["vocab_size"])
    recorded = {"ids": ids, "segments": segments, "mask": mask}
    for family in FAMILIES:
        name = family.model_type
        if name in IN_TRANSFORMERS:
            model = random_model(family)
            recorded[f"{name}/hidden"], recorded[f"{name}/logits"] = outputs(model, ids, segments, mask)
            recorded[f"{name}/config"] = json.dumps(model.config.to_diff_dict())
            recorded |= {f"{name}/weights/{key}": value.numpy() for key, value in model.state_dict().items()}
    np.savez_compressed(HERE / "families.npz", **recorded)


if __name__ == "__main__":
    main()
