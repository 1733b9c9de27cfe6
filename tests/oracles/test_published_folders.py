"""Folders after the form of published ones, of tiny size: hidden states as transformers has them, or one clear line."""

import importlib.util
import json

import numpy as np
import pytest

from textzoo.models import Encoder

TOLERANCE = 1e-4
SIZES = {
    "vocab_size": 24,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 32,
}
POOLER = {
    "directionality": "bidi",
    "pooler_fc_size": 768,
    "pooler_num_attention_heads": 12,
    "pooler_num_fc_layers": 3,
    "pooler_size_per_head": 128,
    "pooler_type": "first_token_transform",
}
DROPOUT = {"attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1}
BERT = {"hidden_act": "gelu", "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0}
BERT |= {"type_vocab_size": 2, **DROPOUT}
LATER = {"position_embedding_type": "absolute", "use_cache": True, "classifier_dropout": None}
LATER |= {"gradient_checkpointing": False, "torch_dtype": "float32", "transformers_version": "4.20.0"}
SENTENCE = {"modules.json": [], "sentence_bert_config.json": {"max_seq_length": 512}, "1_Pooling/config.json": {}}
ELECTRA = {"embedding_size": 8, "summary_activation": "gelu", "summary_last_dropout": 0.1, "summary_type": "first"}
ELECTRA |= {"summary_use_proj": True}
ALBERT = {"embedding_size": 8, "num_hidden_groups": 1, "inner_group_num": 1, "classifier_dropout_prob": 0.1}
ALBERT |= {"down_scale_factor": 1, "gap_size": 0, "net_structure_type": 0, "num_memory_blocks": 0}

# Per published name: type of model, architecture, keys beside the sizes, files beside config, vocabulary and weights,
# and the file of the vocabulary.
PUBLISHED = {
    "google-bert/bert-base-chinese": ("bert", "BertForMaskedLM", BERT | POOLER, {}, "vocab.txt"),
    "google-bert/bert-base-uncased": ("bert", "BertForMaskedLM", BERT | LATER, {}, "both"),
    "google/bert_uncased_L-2_H-128_A-2": ("bert", "BertForPreTraining", BERT, {}, "vocab.txt"),
    "hfl/chinese-roberta-wwm-ext": ("bert", "BertForMaskedLM", BERT | POOLER | {"output_past": True}, {}, "both"),
    "hfl/chinese-macbert-base": (
        "bert",
        "BertForMaskedLM",
        BERT | POOLER | {"gradient_checkpointing": False},
        {},
        "both",
    ),
    "hfl/rbt3": ("bert", "BertForMaskedLM", BERT | POOLER | {"num_hidden_layers": 1}, {}, "tokenizer.json"),
    "uer/chinese_roberta_L-2_H-128": (
        "bert",
        "BertForMaskedLM",
        BERT | {"gradient_checkpointing": False},
        {},
        "vocab.txt",
    ),
    "BAAI/bge-small-zh-v1.5": (
        "bert",
        "BertModel",
        BERT | POOLER | LATER | {"id2label": {"0": "LABEL_0"}, "label2id": {"LABEL_0": 0}},
        SENTENCE | {"config_sentence_transformers.json": {}, "2_Normalize/config.json": {}},
        "both",
    ),
    "shibing624/text2vec-base-chinese": ("bert", "BertModel", BERT | POOLER | LATER, SENTENCE, "both"),
    "moka-ai/m3e-small": ("bert", "BertModel", BERT | POOLER | LATER, SENTENCE, "tokenizer.json"),
    "thenlper/gte-small": ("bert", "BertModel", BERT | LATER, SENTENCE | {"onnx/config.json": {}}, "both"),
    "sentence-transformers/all-MiniLM-L6-v2": ("bert", "BertModel", BERT | LATER, SENTENCE, "both"),
    "nghuyong/ernie-3.0-base-zh": (
        "ernie",
        "ErnieForMaskedLM",
        BERT
        | {"task_type_vocab_size": 3, "use_task_id": True, "enable_recompute": False, "task_id": 0}
        | {"layer_norm_eps": 1e-5, "pool_act": "tanh", "fuse": False},
        {},
        "vocab.txt",
    ),
    "clue/albert_chinese_small": (
        "albert",
        "AlbertForMaskedLM",
        BERT | ALBERT | {"hidden_act": "gelu_new"},
        {},
        "vocab.txt",
    ),
    "voidful/albert_chinese_tiny": ("albert", "AlbertForMaskedLM", BERT | ALBERT, {}, "vocab.txt"),
    "distilbert/distilbert-base-uncased": (
        "distilbert",
        "DistilBertForMaskedLM",
        {"activation": "gelu", "attention_dropout": 0.1, "dropout": 0.1, "qa_dropout": 0.1, "seq_classif_dropout": 0.2}
        | {"sinusoidal_pos_embds": False, "tie_weights_": True, "initializer_range": 0.02, "pad_token_id": 0},
        {},
        "both",
    ),
    "google/electra-small-discriminator": ("electra", "ElectraForPreTraining", BERT | ELECTRA, {}, "both"),
    "hfl/chinese-electra-180g-small-discriminator": (
        "electra",
        "ElectraForPreTraining",
        BERT | ELECTRA,
        {},
        "vocab.txt",
    ),
    "hfl/chinese-electra-180g-small-generator": ("electra", "ElectraForMaskedLM", BERT | ELECTRA, {}, "vocab.txt"),
    "junnyu/roformer_chinese_base": (
        "roformer",
        "RoFormerForMaskedLM",
        BERT
        | {"embedding_size": 16, "rotary_value": False, "use_cache": True, "gradient_checkpointing": False}
        | {"eos_token_id": 102, "bos_token_id": 101, "output_past": True, "keys_to_ignore_at_inference": []},
        {},
        "vocab.txt",
    ),
}
DISTILBERT = {"hidden_size": "dim", "num_hidden_layers": "n_layers", "num_attention_heads": "n_heads"}
DISTILBERT |= {"intermediate_size": "hidden_dim"}
TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *map(chr, range(0x4E00, 0x4E00 + 19))]


def write_folder(folder, name, files):
    """Writes all but the weights of a folder as it is published; returns the configuration."""
    model_type, architecture, keys, more, vocabulary = files
    config = {"_name_or_path": name, "architectures": [architecture], "model_type": model_type} | SIZES | keys
    if model_type == "distilbert":
        config = {DISTILBERT.get(key, key): value for key, value in config.items()}
    for file, content in (more | {"config.json": config, "README.md": name, ".gitattributes": ""}).items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(content if isinstance(content, str) else json.dumps(content, indent=2))
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": true, "tokenizer_class": "BertTokenizer"}')
    (folder / "special_tokens_map.json").write_text('{"unk_token": "[UNK]", "pad_token": "[PAD]"}')
    (folder / "tf_model.h5").write_bytes(b"no file that is read")
    (folder / "flax_model.msgpack").write_bytes(b"no file that is read")
    if vocabulary in ("vocab.txt", "both"):
        (folder / "vocab.txt").write_text("\n".join(TOKENS) + "\n", encoding="utf-8")
    if vocabulary in ("tokenizer.json", "both"):
        from tokenizers import BertWordPieceTokenizer

        BertWordPieceTokenizer({token: number for number, token in enumerate(TOKENS)}).save(
            str(folder / "tokenizer.json")
        )
    return config


def their_model(folder):
    """Returns transformers' model of a folder's config.json with random weights far from zero."""
    import torch
    import transformers

    config = transformers.AutoConfig.from_pretrained(folder)
    torch.manual_seed(0)
    model = getattr(transformers, config.architectures[0])(config).eval()
    for key, parameter in model.named_parameters():
        if parameter.requires_grad:
            parameter.data = 0.2 * torch.randn(parameter.shape) + key.lower().endswith("norm.weight")
    return model


@pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("torch", "transformers"))), reason="torch or transformers is not installed"
)
@pytest.mark.parametrize("name", PUBLISHED)
def test_hidden_states_of_published_folders(name, tmp_path, recwarn):
    import torch

    write_folder(tmp_path, name, PUBLISHED[name])
    config = (tmp_path / "config.json").read_text()
    model = their_model(tmp_path)
    is_sharded = name.endswith(("uncased", "chinese"))
    model.save_pretrained(tmp_path, max_shard_size="4KB" if is_sharded else "1GB")
    (tmp_path / "config.json").write_text(config)  # as published, not as transformers writes it today
    assert (tmp_path / "model.safetensors.index.json").is_file() == is_sharded
    encoder = Encoder.from_preset(tmp_path)
    ids = np.array([[2, 9, 10, 11, 23, 3], [2, 7, 3, 0, 0, 0]])
    inputs = {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(ids != 0).long()}
    with torch.no_grad():
        theirs = model.base_model(**inputs).last_hidden_state.numpy()
    ours = np.asarray(encoder(ids))
    difference = np.abs(ours - theirs)[ids != 0].max()
    print(f"{name}: {difference:.1e}")
    assert difference < TOLERANCE
    assert encoder.tokenizer.encode("丁七").ids.tolist() == [2, 6, 8, 3]
    assert not [warning for warning in recwarn if "does not use" in str(warning.message)]


# Per published name: its config.json beside the sizes, its tokenizer_config.json, its weights, and what the line says.
REFUSED = {
    "openai-community/gpt2": ({"model_type": "gpt2", "n_embd": 16}, {}, "model.safetensors", "no encoder; use a BERT"),
    "google-t5/t5-small": ({"model_type": "t5", "d_kv": 8}, {}, "model.safetensors", "decoder; use a BERT"),
    "fnlp/bart-base-chinese": ({"model_type": "bart"}, {}, "model.safetensors", "decoder; use a BERT"),
    "microsoft/deberta-v3-base": ({"model_type": "deberta-v2"}, {}, "model.safetensors", "use NEZHA or RoFormer"),
    "hfl/chinese-xlnet-base": ({"model_type": "xlnet"}, {}, "model.safetensors", "no encoder; use a BERT"),
    "answerdotai/ModernBERT-base": ({"model_type": "modernbert"}, {}, "model.safetensors", "use RoFormer"),
    "sentence-transformers/all-mpnet-base-v2": ({"model_type": "mpnet"}, {}, "model.safetensors", "Received: mpnet"),
    "prajjwal1/bert-tiny": ({}, {}, "pytorch_model.bin", "a pickle, which is never loaded. Convert it where PyTorch"),
    "bert-relative": (
        {"model_type": "bert", "position_embedding_type": "relative_key"},
        {},
        "model.safetensors",
        'expected position_embedding_type "absolute"',
    ),
    "tohoku-nlp/bert-base-japanese": (
        {"model_type": "bert"},
        {"tokenizer_class": "BertJapaneseTokenizer", "word_tokenizer_type": "mecab"},
        "model.safetensors",
        "mecab",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_published_folders_that_are_refused(name, tmp_path):
    from safetensors.numpy import save_file

    keys, tokenizer_config, weights, message = REFUSED[name]
    write_folder(tmp_path, name, ("bert", "BertModel", BERT, {}, "vocab.txt"))
    config = SIZES | BERT | keys
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(tokenizer_config))
    save_file({"x": np.zeros(2, "float32")}, tmp_path / weights)
    with pytest.raises(ValueError) as error:
        Encoder.from_preset(tmp_path)
    assert message in str(error.value) and "\n" not in str(error.value)
