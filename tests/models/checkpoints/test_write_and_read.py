"""Round trips of an encoder through every format."""

import h5py
import numpy as np
import pytest

from tests.full_disk import full_disk
from tests.models.random_encoder import named_values, random_encoder
from textzoo.data import Tokenizer
from textzoo.models import ContextualEmbedder, Encoder
from textzoo.models.checkpoints import write_google, write_hugging_face
from textzoo.models.checkpoints.config_json import find_writable_family, write_config
from textzoo.models.checkpoints.families import BERT

SUB_LAYERS = {"query": "q_dense", "key": "k_dense", "value": "v_dense", "output_projection": "o_dense"}
SUB_LAYERS |= {"feed_forward_in": "i0_dense", "feed_forward_out": "o_dense"}


def write_bert4keras(encoder, folder, *, by_class=False):
    """Writes best_model.weights as Keras 2 does, or with the group names of tf-keras."""
    layers: dict[str, list] = {}
    for name, value in named_values(encoder):
        layers.setdefault(name.bert4keras[0], []).append((name, value))
    folder.mkdir(exist_ok=True)
    with h5py.File(folder / "best_model.weights", "w") as file:
        (_write_by_class if by_class else _write_by_name)(file, layers)
    family = find_writable_family(encoder)
    write_config(encoder, folder / "bert_config.json", family=family, hidden_act=encoder.config["activation"])
    encoder.tokenizer.save(folder / "vocab.txt")


def _write_by_name(file, layers):
    file.attrs["layer_names"] = ["Input-Token", *layers]
    file.create_group("Input-Token").attrs["weight_names"] = []
    for layer, weights in layers.items():
        names = [f"{layer}/weight_{i}:0" for i in range(len(weights))]
        group = file.create_group(layer)
        group.attrs["weight_names"] = names
        for name, (entry, value) in zip(names, sorted(weights, key=lambda pair: pair[0].bert4keras[1]), strict=True):
            assert entry.bert4keras == (layer, names.index(name))
            group[name] = value


def _write_by_class(file, layers):
    counts: dict[str, int] = {}
    for layer, weights in layers.items():
        if layer == "MLM-Norm" or layer.endswith("-Norm"):
            kind = "layer_normalization"
        elif layer.endswith("Dense"):
            kind = "dense"
        else:
            kinds = {"Embedding-Position": "position_embedding", "MLM-Bias": "scale_offset"}
            kinds |= {"Embedding-Token": "embedding", "Embedding-Segment": "embedding"}
            kind = kinds.get(layer, "multi_head_attention" if layer.endswith("Attention") else "feed_forward")
        number = counts[kind] = counts.get(kind, -1) + 1
        for name, value in weights:
            parts = name.variable.split(".")
            part = f"{SUB_LAYERS[parts[-2]]}/" if kind in ("multi_head_attention", "feed_forward") else ""
            index = name.bert4keras[1] % 2 if part else name.bert4keras[1]
            group = f"layers/{kind}_{number}" if number else f"layers/{kind}"
            file[f"{group}/{part}vars/{index}"] = value


WRITERS = {
    "google": write_google,
    "huggingface": write_hugging_face,
    "bert4keras": write_bert4keras,
    "bert4keras by class": lambda encoder, folder: write_bert4keras(encoder, folder, by_class=True),
    "textzoo": lambda encoder, folder: encoder.save_to_preset(folder),
}


@pytest.mark.parametrize("format", WRITERS)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"pooler": False},
        {"mlm_head": False, "activation": "gelu_tanh"},
        {"num_segments": 1, "activation": "relu", "dropout": 0.3, "attention_dropout": 0.2, "num_layers": 3},
    ],
    ids=str,
)
def test_round_trip(tmp_path, format, options):
    encoder = random_encoder(**options)
    WRITERS[format](encoder, tmp_path / "model")
    loaded = Encoder.from_preset(tmp_path / "model")
    assert loaded.config == encoder.config
    assert loaded.tokenizer.tokens == encoder.tokenizer.tokens
    for weight, expected in zip(loaded.weights, encoder.weights, strict=True):
        np.testing.assert_array_equal(weight, expected, err_msg=expected.path)


@pytest.mark.parametrize("format", WRITERS)
def test_pruned_tokenizer_selects_its_rows(tmp_path, format):
    encoder = random_encoder()
    WRITERS[format](encoder, tmp_path)
    pruned = encoder.tokenizer.prune(["丐丁且世"])
    loaded = Encoder.from_preset(tmp_path, tokenizer=pruned)
    assert loaded.vocab_size == pruned.vocab_size < encoder.vocab_size
    text = "丁且世"
    small, large = loaded(pruned.encode(text).ids[None]), encoder(encoder.tokenizer.encode(text).ids[None])
    np.testing.assert_allclose(small, large, atol=1e-6)
    np.testing.assert_allclose(
        loaded.token_logits(small)[..., pruned.token_to_id("丐")],
        encoder.token_logits(large)[..., encoder.tokenizer.token_to_id("丐")],
        atol=1e-5,
    )


@pytest.mark.parametrize("format", WRITERS)
def test_overrides_and_new_parts(tmp_path, caplog, format):
    encoder = random_encoder(pooler=False, mlm_head=False)
    WRITERS[format](encoder, tmp_path)
    loaded = Encoder.from_preset(tmp_path, dropout=0.5, hierarchical_positions=True, mlm_head=True, pooler=True)
    assert (loaded.config["dropout"], loaded.num_positions) == (0.5, 24**2)
    assert "pooler" in caplog.text and "output head" in caplog.text
    ids = np.array([[2, 9, 10, 3]])
    np.testing.assert_allclose(loaded(ids), encoder(ids), atol=1e-6)
    assert loaded.token_logits(loaded(ids)).shape == (1, 4, 40)


def test_heads_that_are_switched_off_are_not_loaded(tmp_path, recwarn):
    write_google(random_encoder(), tmp_path)
    loaded = Encoder.from_preset(tmp_path, mlm_head=False, pooler=False)
    assert loaded.mlm_dense is None and loaded.pooler is None
    assert not [warning for warning in recwarn if "does not use" in str(warning.message)]


def test_keep_tokens_files_have_fewer_rows(tmp_path):
    full, small = random_encoder(), random_encoder(vocab_size=20)
    write_bert4keras(small, tmp_path)
    write_config(full, tmp_path / "bert_config.json", family=BERT, hidden_act="gelu")
    full.tokenizer.save(tmp_path / "vocab.txt")
    with pytest.raises(ValueError, match=r"40 tokens. Received: 20 rows.*keep_tokens.*list\(token_dict\)"):
        Encoder.from_preset(tmp_path)
    loaded = Encoder.from_preset(tmp_path, tokenizer=Tokenizer(small.tokenizer.tokens))
    np.testing.assert_array_equal(loaded.token_embedding.embeddings, small.token_embedding.embeddings)


@pytest.mark.parametrize(
    ("google", "ours"), [("gelu", "gelu"), ("gelu_tanh", "gelu_tanh"), ("gelu_erf", "gelu"), ("relu", "relu")]
)
def test_google_activations(tmp_path, google, ours):
    write_google(random_encoder(activation="relu"), tmp_path)
    path = tmp_path / "bert_config.json"
    path.write_text(path.read_text().replace('"relu"', f'"{google}"'))
    assert Encoder.from_preset(tmp_path).config["activation"] == ours


def test_google_format_fixes_the_epsilon(tmp_path):
    with pytest.raises(ValueError, match="norm_epsilon 1e-12.*Received: 0.001"):
        write_google(random_encoder(norm_epsilon=1e-3), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_sentence_encoders_take_the_last_layer_by_default(tmp_path):
    write_hugging_face(random_encoder(), tmp_path / "encoder")
    assert Encoder.from_preset(tmp_path / "encoder").config["embedding_layers"] == "first_last"
    (tmp_path / "encoder/modules.json").write_text("[]")  # a file of Sentence Transformers
    sentence_encoder = Encoder.from_preset(tmp_path / "encoder")
    assert ContextualEmbedder(sentence_encoder).layers == "last"
    sentence_encoder.save_to_preset(tmp_path / "own")
    assert ContextualEmbedder(Encoder.from_preset(tmp_path / "own")).layers == "last"
    assert ContextualEmbedder(sentence_encoder, "first_last").layers == "first_last"


@pytest.mark.parametrize("name", ["google", "huggingface", "textzoo"])
def test_a_full_disk_is_named(name, tmp_path):
    with full_disk(2000), pytest.raises(OSError, match="File too large: .*/(model.safetensors|bert_model.ckpt)"):
        WRITERS[name](random_encoder(), tmp_path / "out")
    assert not list(tmp_path.glob("out/*.part"))
