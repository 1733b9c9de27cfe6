"""Folders and files that are not a model, or an incomplete one: each is rejected with a message of one line."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.models.random_encoder import random_encoder
from textzoo.models import Encoder
from textzoo.models.checkpoints import write_google, write_hugging_face


@pytest.fixture
def google(tmp_path):
    write_google(random_encoder(), tmp_path)
    return tmp_path


@pytest.fixture
def hugging_face(tmp_path):
    write_hugging_face(random_encoder(), tmp_path)
    return tmp_path


def edit_config(path, **changes):
    config = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: value for key, value in config.items() if value is not None}))


def edit_tensors(folder, change):
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors")


def truncate(path, fraction=0.5):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * fraction)])


def assert_rejected(path, match):
    with pytest.raises(ValueError, match=match) as error_info:
        Encoder.from_preset(path)
    assert "\n" not in str(error_info.value)


def test_no_model_in_the_folder(tmp_path):
    assert_rejected(tmp_path / "nothing", "Expected a folder or a preset's name")
    assert_rejected(tmp_path, "expected a model's folder: config.json and model.safetensors.*an empty folder")
    (tmp_path / "notes.txt").write_text("text")
    assert_rejected(tmp_path, r"bert_config.json with bert_model.ckpt.index.*Received: notes.txt")
    (tmp_path / "run.json").write_text("{}")
    assert_rejected(tmp_path, "the training in this folder has not finished; go on with --resume")
    assert_rejected(tmp_path / "notes.txt", "notes.txt is not a file of weights; pass a folder")


def test_checkpoint_without_index(google):
    (google / "bert_model.ckpt.index").unlink()
    for path in (google, google / "bert_model.ckpt"):
        assert_rejected(path, "the index file bert_model.ckpt.index is missing")
    (google / "bert_model.ckpt.data-00000-of-00001").unlink()
    assert_rejected(google / "bert_model.ckpt", "the index file bert_model.ckpt.index is missing")


@pytest.mark.parametrize("file", ["bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001"])
@pytest.mark.parametrize("fraction", [0, 0.5, 0.95])
def test_truncated_tensorflow_checkpoint(google, file, fraction):
    truncate(google / file, fraction)
    assert_rejected(google, "bert_model.ckpt: not a complete TensorFlow checkpoint")


def test_tensorflow_checkpoint_without_data(google):
    (google / "bert_model.ckpt.data-00000-of-00001").unlink()
    assert_rejected(google, "not a complete TensorFlow checkpoint")


@pytest.mark.parametrize("fraction", [0, 0.02, 0.5, 0.99])
def test_truncated_safetensors(hugging_face, fraction):
    truncate(hugging_face / "model.safetensors", fraction)
    assert_rejected(hugging_face, "model.safetensors: not a complete safetensors file")


@pytest.mark.parametrize("fraction", [0, 0.3, 0.9])
def test_truncated_h5(google, fraction):
    import h5py

    path = google / "best_model.weights"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = ["Embedding-Token"]
        file.create_group("Embedding-Token").attrs["weight_names"] = ["Embedding-Token/embeddings:0"]
        file["Embedding-Token"]["Embedding-Token/embeddings:0"] = np.zeros((40, 16))
    truncate(path, fraction)
    assert_rejected(path, "best_model.weights: not a complete h5 file of weights")


def test_two_checkpoints(google):
    (google / "best_model.weights").write_bytes(b"")
    assert_rejected(google, "expected one checkpoint. Received: bert_model.ckpt, best_model.weights")


def test_keras_object_checkpoint(google):
    import tensorflow as tf

    tf.train.Checkpoint(variable=tf.Variable(1.0)).write(str(google / "best_model.weights"))
    (google / "bert_model.ckpt.index").unlink()
    (google / "bert_model.ckpt.data-00000-of-00001").unlink()
    assert_rejected(google, "a Keras object checkpoint.*save_format='h5'")


@pytest.mark.parametrize("missing", ["config", "vocab"])
def test_files_missing(google, hugging_face, missing):
    name = {"config": "bert_config.json", "vocab": "vocab.txt"}[missing]
    (google / name).unlink()
    (google / "config.json").unlink()
    assert_rejected(google / "bert_model.ckpt", f"{name} is missing")


def test_pickle_is_never_loaded(hugging_face):
    (hugging_face / "model.safetensors").rename(hugging_face / "pytorch_model.bin")
    assert_rejected(hugging_face, r"pytorch_model.bin, a pickle, which is never loaded. Convert it .*: python -c")
    (hugging_face / "config.json").rename(hugging_face / "bert_config.json")
    assert_rejected(hugging_face, "a pickle, which is never loaded")


def test_weights_in_several_files(hugging_face):
    expected = np.asarray(Encoder.from_preset(hugging_face)(np.array([[2, 9, 3]])))
    tensors = load_file(hugging_face / "model.safetensors")
    files = {name: f"model-0000{1 + number % 2}-of-00002.safetensors" for number, name in enumerate(tensors)}
    for file in set(files.values()):
        save_file({name: tensors[name] for name in tensors if files[name] == file}, hugging_face / file)
    (hugging_face / "model.safetensors").unlink()
    index = hugging_face / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": files}))
    np.testing.assert_array_equal(Encoder.from_preset(hugging_face)(np.array([[2, 9, 3]])), expected)
    for content, match in (
        ({}, "expected weight_map, a file for each tensor"),
        ({"weight_map": {"x": "../model.safetensors"}}, "a safetensors file beside it; copy all files of the model"),
        (
            {"weight_map": files | {"x": "model-00003-of-00003.safetensors"}},
            "expected model-00003-of-00003.safetensors",
        ),
        ({"weight_map": files | {"x": "model-00001-of-00002.safetensors"}}, "the files lack x"),
    ):
        index.write_text(json.dumps(content))
        assert_rejected(hugging_face, match)


@pytest.mark.parametrize(
    ("model_type", "advice"),
    [
        ("gpt2", "which has no encoder; use a BERT"),
        ("t5", "and a decoder; use a BERT"),
        ("mt5", "and a decoder; use a BERT"),
        ("bart", "an encoder and a decoder; use a BERT"),
        ("deberta-v2", "use NEZHA or RoFormer"),
        ("other", ""),
    ],
)
def test_other_families_by_model_type(hugging_face, model_type, advice):
    edit_config(hugging_face / "config.json", model_type=model_type, hidden_size=None)
    assert_rejected(hugging_face, f"expected a model of type bert, albert, .*Received: {model_type}.*{advice}")


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"num_hidden_groups": 1, "embedding_size": 16}, "bert/encoder/transformer/group_0/inner_group_0"),
        ({"num_hidden_groups": 2}, "expected num_hidden_groups 1. Received: 2"),
        ({"rotary_value": True}, "expected rotary_value false. Received: true"),
        ({"relax_projection": 0}, "Received: deberta, whose attention"),
        ({"n_embd": 8}, "Received: gpt, which has no encoder"),
    ],
    ids=str,
)
def test_families_by_telling_keys(google, changes, match):
    edit_config(google / "bert_config.json", **changes)
    assert_rejected(google, match)


@pytest.mark.parametrize("key", ["use_relative_position", "max_relative_position"])
def test_nezha_by_telling_keys(google, key):
    edit_config(google / "bert_config.json", **{key: key == "use_relative_position" or 64})
    with pytest.warns(UserWarning, match="does not use: bert/embeddings/position_embeddings"):
        assert Encoder.from_preset(google).config["position_type"] == "relative"


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        (
            {"hidden_size": None, "vocab_size": None},
            "lacks vocab_size, hidden_size; expected the configuration of a Bert",
        ),
        ({"position_embedding_type": "relative_key"}, 'position_embedding_type "absolute". Received: "relative_key"'),
        ({"embedding_size": 8}, "expected embedding_size to equal hidden_size. Received: 8"),
        ({"hidden_act": "no_such"}, "no_such"),
        ({"max_position_embeddings": 99}, r"position_embeddings.weight \(24, 16\) instead of \(99, 16\)"),
        ({"num_hidden_layers": 3}, "lacks tensors of the model: encoder.layer.2.attention.self.query.weight"),
    ],
    ids=str,
)
def test_unfit_configs(hugging_face, changes, match):
    edit_config(hugging_face / "config.json", **changes)
    assert_rejected(hugging_face, match)


@pytest.mark.parametrize(
    ("content", "match"),
    [(b"{\n\n", "config.json, line 3: expected JSON"), (b"[]", "a JSON object"), (b"\xff\xfe", "in UTF-8")],
)
def test_config_that_is_not_json(hugging_face, content, match):
    (hugging_face / "config.json").write_bytes(content)
    assert_rejected(hugging_face, match)


def test_every_missing_tensor_is_named(hugging_face):
    def change(tensors):
        del tensors["bert.encoder.layer.1.output.dense.bias"], tensors["cls.predictions.bias"]
        tensors["something.else"] = np.zeros(3)

    edit_tensors(hugging_face, change)
    assert_rejected(
        hugging_face,
        "lacks tensors of the model: encoder.layer.1.output.dense.bias, cls.predictions.bias; "
        "it has something.else instead",
    )


def test_every_unused_tensor_is_named(hugging_face):
    edit_tensors(hugging_face, lambda tensors: tensors.update({"classifier.weight": np.zeros(3), "x": np.zeros(1)}))
    with pytest.warns(UserWarning, match="does not use: classifier.weight, x"):
        Encoder.from_preset(hugging_face)


def test_every_wrong_shape_is_named(hugging_face):
    def change(tensors):
        tensors["bert.pooler.dense.bias"] = np.zeros(3)
        tensors["bert.encoder.layer.0.output.dense.weight"] = np.zeros((32, 16))

    edit_tensors(hugging_face, change)
    assert_rejected(
        hugging_face,
        r"layer.0.output.dense.weight \(16, 32\) instead of \(32, 16\), "
        r"bert.pooler.dense.bias \(3,\) instead of \(16,\)",
    )


def table_of(encoder, token):
    row = encoder.tokenizer.token_to_id(token)
    return np.asarray(encoder.token_embedding.embeddings)[row], float(encoder.mlm_bias[row])


@pytest.mark.parametrize(
    ("change", "note", "vocab_size"),
    [
        (lambda tokens: tokens[:39], "ignoring the 1 rows after the 39 tokens", 39),
        (lambda tokens: [*tokens, "more", "words"], "ignoring the 2 tokens after the 40 rows", 40),
        (lambda tokens: ["[UNK]", *tokens[1:]], None, None),
        (lambda tokens: [*tokens[:9], tokens[20], *tokens[10:]], "ignoring 1 tokens that a later line repeats", 39),
        (lambda tokens: [tokens[1], tokens[0], *tokens[2:]], None, 40),
    ],
    ids=["smaller", "larger", "no padding", "repeats", "padding second"],
)
def test_vocabularies_beside_the_table(google, caplog, change, note, vocab_size):
    whole = Encoder.from_preset(google)
    lines = (google / "vocab.txt").read_text().split()
    changed = change(lines)
    (google / "vocab.txt").write_text("\n".join(changed) + "\n")
    if vocab_size is None:
        assert_rejected(google, r"vocab.txt: Expected a token of the vocabulary.*\[PAD\]")
        return
    encoder = Encoder.from_preset(google)
    assert encoder.vocab_size == vocab_size == encoder.tokenizer.vocab_size
    assert encoder.tokenizer.pad_id == 0
    for token in encoder.tokenizer.tokens:
        row, bias = table_of(encoder, token)
        line = len(changed) - 1 - changed[::-1].index(token)  # as transformers counts
        expected, expected_bias = table_of(whole, lines[line])
        np.testing.assert_array_equal(row, expected)
        assert bias == expected_bias
    assert note is None or note in caplog.text
    pruned = Encoder.from_preset(google, tokenizer=encoder.tokenizer.prune(["".join(lines[10:])]))
    np.testing.assert_array_equal(table_of(pruned, lines[20])[0], table_of(encoder, lines[20])[0])


def test_more_tokens_than_rows_and_than_the_configuration_declares(google):
    edit_config(google / "bert_config.json", vocab_size=50)
    with open(google / "vocab.txt", "a") as file:
        file.write("more\n")
    assert_rejected(google, "vocabulary's 41 tokens. Received: 40 rows")


def test_a_vocabulary_of_words_is_segmented(google):
    lines = (google / "vocab.txt").read_text().split()
    (google / "vocab.txt").write_text("\n".join([*lines[:30], *(f"北京{token}" for token in lines[30:])]) + "\n")
    assert Encoder.from_preset(google).tokenizer.word_segmentation


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("vocab.json", "merges.txt is missing; put it beside vocab.json"),
        ("sentencepiece.bpe.model", "expected tokenizer.json. Received: sentencepiece.bpe.model, .*: python -c"),
        ("spiece.model", "expected tokenizer.json. Received: spiece.model, .*: python -c"),
    ],
)
def test_incomplete_vocabularies_of_other_kinds(hugging_face, file, message):
    (hugging_face / "vocab.txt").rename(hugging_face / file)
    assert_rejected(hugging_face, message)


@pytest.mark.parametrize(("tokens", "lowercase"), [([], True), (["A"], False)])
def test_lowercase_is_detected_from_the_vocabulary(google, tokens, lowercase):
    path = google / "vocab.txt"
    kept = path.read_text().split()
    path.write_text("\n".join(kept[: len(kept) - len(tokens)] + tokens) + "\n")
    assert Encoder.from_preset(google).tokenizer.lowercase is lowercase


@pytest.mark.parametrize("lowercase", [True, False])
def test_lowercase_is_read_from_the_tokenizer_config(hugging_face, lowercase):
    (hugging_face / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": lowercase}))
    assert Encoder.from_preset(hugging_face).tokenizer.lowercase is lowercase
