"""Preset folders with random weights, written without Keras, for the light engine."""

import json

import numpy as np
from safetensors.numpy import save_file

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]
TOKENS = [*SPECIAL, *dict.fromkeys("小李王明昨天今在北京上海大学图书馆讲课来了两百人谁去哪里什么时候？。，")]
SIZES = {"vocab_size": len(TOKENS), "hidden_size": 16, "num_layers": 1, "num_heads": 2, "intermediate_size": 32}
ENCODER = SIZES | {
    "max_length": 96,
    "num_segments": 2,
    "activation": "gelu",
    "norm_epsilon": 1e-12,
    "pooler": False,
    "hierarchical_positions": False,
}
TOKENIZER = {"tokens": "vocab.txt", "lowercase": True, "word_segmentation": False, "user_dict": None}
LABELS = ["去", "来", "在"]


def write_presets(folder, seed=0):
    """Writes `generator` (pairs; titles in two directions), `reader` and `labels`; returns their paths."""
    rng = np.random.default_rng(seed)
    unilm = _encoder_weights("unilm.encoder.") | _head_weights("unilm.encoder.") | _copy_head("unilm.copy_head.")
    unilm["unilm.span_bias.bias"] = (3, 65)
    pairs = _model(
        "QAPreprocessor",
        {"max_source_length": 40, "max_answer_length": 5, "max_question_length": 8, "answer_weight": 1.0},
        mlm_head=True,
        copy_head=True,
        span_bias=True,
    )
    titles = _model(
        "TitlePreprocessor",
        {"max_source_length": 40, "max_title_length": 6, "truncation": "lead", "task_token": "[CLS]"}
        | {"start_tokens": ["[unused1]", "[unused2]"]},
        mlm_head=True,
        copy_head=True,
        decoder="bidirectional",
        fusion="nonlinear",
        fusion_weight=0.1,
        leakage_guard="mask",
        lookahead=2,
        source_prior=False,
    )
    reader = _model("ExtractiveQAPreprocessor", {"max_question_length": 10, "max_passage_length": 20})
    labels = _model("MultiLabelPreprocessor", {"labels": LABELS, "max_length": 30}, num_labels=len(LABELS))
    written = {
        "generator": ({"QAGenerator": pairs, "TitleGenerator": titles}, unilm),
        "reader": ({"ExtractiveQA": reader}, _encoder_weights("encoder.") | _dense("head", 16, 2)),
        "labels": ({"MultiLabelClassifier": labels}, _encoder_weights("encoder.") | _dense("head", 16, 3)),
    }
    return [_write(folder / name, models, shapes, rng=rng) for name, (models, shapes) in written.items()]


def _model(preprocessor_class, preprocessor, *, mlm_head=False, **options):
    return {
        "encoder": _saved("Encoder", ENCODER | {"mlm_head": mlm_head}),
        "preprocessor": _saved(preprocessor_class, {"tokenizer": TOKENIZER} | preprocessor),
    } | options


def _saved(class_name, config):
    return {"module": None, "class_name": class_name, "config": config, "registered_name": f"textzoo>{class_name}"}


def _write(folder, models, shapes, *, rng):
    folder.mkdir()
    (first, config), *others = models.items()
    content = {"textzoo": "0.1.0", "class": f"textzoo>{first}", "config": config, "tokenizer": TOKENIZER}
    content["other_tasks"] = {f"textzoo>{name}": options for name, options in others}
    (folder / "config.json").write_text(json.dumps(content), encoding="utf-8")
    (folder / "vocab.txt").write_text("\n".join(TOKENS) + "\n", encoding="utf-8")
    weights = {
        name: (rng.normal(0, 0.3, shape) + name.endswith("gamma")).astype("float32") for name, shape in shapes.items()
    }
    save_file(weights, folder / "model.safetensors")
    return folder


def _dense(name, size_in, size_out):
    return {f"{name}.kernel": (size_in, size_out), f"{name}.bias": (size_out,)}


def _norm(name):
    return {f"{name}.gamma": (16,), f"{name}.beta": (16,)}


def _encoder_weights(prefix):
    layer = prefix + "encoder_layers.0."
    shapes = {
        f"{prefix}token_embedding.embeddings": (len(TOKENS), 16),
        f"{prefix}position_embedding.embeddings": (96, 16),
        f"{prefix}segment_embedding.embeddings": (2, 16),
    }
    for name in ("query", "key", "value", "output_projection"):
        shapes |= _dense(f"{layer}attention.{name}", 16, 16)
    shapes |= _dense(f"{layer}feed_forward_in", 16, 32) | _dense(f"{layer}feed_forward_out", 32, 16)
    return shapes | _norm(f"{prefix}embedding_norm") | _norm(f"{layer}attention_norm") | _norm(f"{layer}output_norm")


def _head_weights(prefix):
    return _dense(f"{prefix}mlm_dense", 16, 16) | _norm(f"{prefix}mlm_norm") | {f"{prefix}mlm_bias": (len(TOKENS),)}


def _copy_head(prefix):
    dense = _dense(f"{prefix}gate", 16, 1) | _dense(f"{prefix}order", 16, 2) | _dense(f"{prefix}query", 16, 16)
    return dense | {f"{prefix}key.kernel": (3, 16, 16), f"{prefix}key.bias": (16,)}
