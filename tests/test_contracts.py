"""Contracts of every public Keras class of the zoo: registration, docstring, config and serialization.

A new class needs an entry in `ARGUMENTS`: the arguments of a tiny instance, different from the defaults if possible.
"""

import contextlib
import importlib
import inspect
import json
import sys
from pathlib import Path

import keras
import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ["layers", "losses", "models", "training", "data/preprocessors"]
KERAS_BASES = (
    keras.Layer,
    keras.Loss,
    keras.Metric,
    keras.Optimizer,
    keras.optimizers.schedules.LearningRateSchedule,
)


def tiny_encoder(**options):
    sizes = {"hidden_size": 8, "num_layers": 1, "num_heads": 2, "intermediate_size": 16, "max_length": 32}
    return keras.saving.get_registered_object("textzoo>Encoder")(9, **sizes, **options)


def tiny_preprocessor():
    from textzoo.data import Tokenizer

    tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"天气好。"])
    return keras.saving.get_registered_object("textzoo>QAPreprocessor")(tokenizer, max_source_length=12)


def tiny_masked_lm_preprocessor():
    preprocessor = keras.saving.get_registered_object("textzoo>MaskedLMPreprocessor")
    return preprocessor(tiny_preprocessor().tokenizer, max_length=9, masked_fraction=0.2)


def tiny_gap_sentence_preprocessor():
    preprocessor = keras.saving.get_registered_object("textzoo>GapSentencePreprocessor")
    return preprocessor(tiny_preprocessor().tokenizer, max_length=9, masked_fraction=0.2, max_target_length=5)


def tiny_multilabel_preprocessor():
    preprocessor = keras.saving.get_registered_object("textzoo>MultiLabelPreprocessor")
    return preprocessor(tiny_preprocessor().tokenizer, ["a", "b"], max_length=9)


def tiny_extractive_qa_preprocessor():
    preprocessor = keras.saving.get_registered_object("textzoo>ExtractiveQAPreprocessor")
    return preprocessor(tiny_preprocessor().tokenizer, max_question_length=4, max_passage_length=8)


def tiny_title_preprocessor():
    from textzoo.data import Tokenizer, build_vocabulary

    preprocessor = keras.saving.get_registered_object("textzoo>TitlePreprocessor")
    return preprocessor(Tokenizer(build_vocabulary(["好天"])), max_source_length=12, max_title_length=5)


ARGUMENTS = {
    "CopyHead": lambda: {"hidden_size": 8, "initializer_range": 0.1},
    "Encoder": lambda: {
        "vocab_size": 9,
        "hidden_size": 8,
        "num_layers": 1,
        "num_heads": 2,
        "intermediate_size": 16,
        "max_length": 8,
        "num_segments": 1,
        "activation": "gelu_tanh",
        "dropout": 0.2,
        "attention_dropout": 0.3,
        "norm_epsilon": 1e-6,
        "initializer_range": 0.1,
        "pooler": True,
        "mlm_head": False,
        "hierarchical_positions": True,
        "tokenizer": tiny_preprocessor().tokenizer,
    },
    "EncoderLayer": lambda: {
        "hidden_size": 8,
        "num_heads": 2,
        "intermediate_size": 16,
        "activation": "relu",
        "dropout": 0.2,
        "attention_dropout": 0.3,
        "norm_epsilon": 1e-6,
        "initializer_range": 0.1,
    },
    "Flooding": lambda: {"loss": "categorical_crossentropy", "level": 0.1, "scope": "example"},
    "DirectionFusion": lambda: {"hidden_size": 8, "kind": "gate", "weight": 0.3},
    "GapSentenceLM": lambda: {"encoder": tiny_encoder(), "preprocessor": tiny_gap_sentence_preprocessor()},
    "GapSentencePreprocessor": lambda: {
        "tokenizer": tiny_preprocessor().tokenizer,
        "max_length": 9,
        "masked_fraction": 0.2,
        "max_target_length": 5,
    },
    "LogitF1Score": lambda: {"num_labels": 3, "average": "micro", "threshold": 0.5},
    "MaskedLM": lambda: {"encoder": tiny_encoder(), "preprocessor": tiny_masked_lm_preprocessor()},
    "MaskedLMPreprocessor": lambda: {
        "tokenizer": tiny_preprocessor().tokenizer,
        "max_length": 9,
        "masked_fraction": 0.2,
    },
    "MemoryAttention": lambda: {"hidden_size": 8, "num_heads": 2, "dropout": 0.2, "initializer_range": 0.1},
    "MultiLabelClassifier": lambda: {
        "encoder": tiny_encoder(),
        "preprocessor": tiny_multilabel_preprocessor(),
        "num_labels": 2,
    },
    "MultiLabelPreprocessor": lambda: {
        "tokenizer": tiny_preprocessor().tokenizer,
        "labels": ["a", "b"],
        "max_length": 9,
    },
    "PositionEmbedding": lambda: {
        "max_length": 8,
        "hidden_size": 8,
        "hierarchical": True,
        "alpha": 0.3,
        "initializer_range": 0.1,
    },
    "QAGenerator": lambda: {
        "encoder": tiny_encoder(),
        "preprocessor": tiny_preprocessor(),
        "copy_head": True,
        "span_bias": False,
    },
    "QAPreprocessor": lambda: {
        "tokenizer": tiny_preprocessor().tokenizer,
        "max_source_length": 12,
        "max_answer_length": 3,
        "max_question_length": 4,
    },
    "DecoderInputNoise": lambda: {"rate": 0.3, "seed": 1},
    "ExtractiveQA": lambda: {"encoder": tiny_encoder(), "preprocessor": tiny_extractive_qa_preprocessor()},
    "ExtractiveQAPreprocessor": lambda: {
        "tokenizer": tiny_preprocessor().tokenizer,
        "max_question_length": 4,
        "max_passage_length": 8,
    },
    "SAU": lambda: {"negative_slope": 0.3, "width": 1e-3},
    "SequenceCrossentropy": lambda: {"label_smoothing": 0.1},
    "SmoothReLU": lambda: {"kernel": "logistic", "width": 0.3},
    "SourcePrior": lambda: {"vocab_size": 9},
    "SpanBias": lambda: {"num_scores": 3, "radius": 5},
    "SparseZLPR": lambda: {"threshold": 1.0},
    "TitleGenerator": lambda: {
        "encoder": tiny_encoder(),
        "preprocessor": tiny_title_preprocessor(),
        "decoder": "bidirectional",
        "fusion": "gate",
        "fusion_weight": 0.2,
        "leakage_guard": "noise",
        "lookahead": 2,
        "copy_head": True,
        "source_prior": True,
    },
    "TitlePreprocessor": lambda: {
        "tokenizer": tiny_preprocessor().tokenizer,
        "max_source_length": 12,
        "max_title_length": 5,
        "truncation": "lead_and_tail",
        "start_tokens": ["[UNK]", "[MASK]"],
    },
    "TruncatedNormal": lambda: {"stddev": 0.1},
    "UniLM": lambda: {
        "encoder": tiny_encoder(),
        "copy_head": True,
        "source_prior": True,
        "span_bias": True,
    },
    "WarmupLinearDecay": lambda: {"peak": 1e-3, "total_steps": 10, "warmup_steps": 2},
    "ZLPR": lambda: {"threshold": 1.0},
}


def public_classes() -> dict[str, type]:
    """Returns all classes that Keras saves: registered ones and subclasses of `KERAS_BASES`, but not `Task`."""
    classes = {}
    for folder in FOLDERS:
        for path in sorted(path for path in (ROOT / folder).rglob("*.py") if path.stem != "__init__"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            module = importlib.import_module(".".join(("textzoo", *parts)))
            for name, value in inspect.getmembers(module, inspect.isclass):
                is_own = value.__module__ == module.__name__ and not name.startswith("_")
                registered = keras.saving.get_registered_name(value).startswith("textzoo>")
                if is_own and (registered or issubclass(value, KERAS_BASES)) and name != "Task":
                    classes[name] = value
    return classes


CLASSES = public_classes()


def make(name):
    if name not in ARGUMENTS:
        pytest.fail(f"{name} has no entry in ARGUMENTS of tests/test_contracts.py")
    return CLASSES[name](**ARGUMENTS[name]())


@pytest.fixture(scope="module")
def opened():
    """Paths of all files that the process opens."""
    paths: list = []
    sys.addaudithook(lambda event, args: paths.append(args[0]) if event == "open" else None)
    return paths


def texts_in(config, path=()):
    """Yields the path of every text, list and null of a configuration, except in its encoder: that has its own test."""
    for key, value in config.items():
        if isinstance(value, dict) and key != "encoder":
            yield from texts_in(value, (*path, key))
        elif value is None or isinstance(value, str | list):
            yield (*path, key)


def replaced(config, path, value):
    """Returns a configuration with another value at a path."""
    key, *rest = path
    return config | {key: replaced(config[key], rest, value) if rest else value}


def test_every_class_has_an_entry():
    assert set(ARGUMENTS) == set(CLASSES)


@pytest.mark.parametrize("name", CLASSES)
class TestContract:
    def test_is_registered_under_its_name(self, name):
        assert keras.saving.get_registered_name(CLASSES[name]) == f"textzoo>{name}"

    def test_is_documented(self, name):
        docstring = inspect.getdoc(CLASSES[name]) or ""
        missing = [part for part in ("\nArgs:", "\nExample", "\nReference:", "\n>>> ") if part not in docstring]
        assert not missing

    def test_every_argument_is_documented(self, name):
        docstring = inspect.getdoc(CLASSES[name]) or ""
        parameters = inspect.signature(CLASSES[name]).parameters.values()
        names = [p.name for p in parameters if p.kind is not p.VAR_KEYWORD]
        assert [n for n in names if f"\n    {n}: " not in docstring] == []

    def test_its_config_holds_its_arguments(self, name):
        assert set(ARGUMENTS[name]()) <= set(make(name).get_config())

    def test_its_config_makes_an_equal_one(self, name):
        config = make(name).get_config()
        assert CLASSES[name].from_config(config).get_config() == config

    def test_its_config_opens_no_path(self, name, opened, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("[PAD]\n")
        assert str(secret) in opened
        opened.clear()
        config = make(name).get_config()
        for path in texts_in(config):
            with contextlib.suppress(Exception):
                CLASSES[name].from_config(replaced(config, path, str(secret)))
        assert str(secret) not in opened

    def test_is_serialized_as_json(self, name):
        saved = keras.saving.serialize_keras_object(make(name))
        loaded = keras.saving.deserialize_keras_object(json.loads(json.dumps(saved)))
        assert type(loaded) is CLASSES[name]
        assert json.dumps(keras.saving.serialize_keras_object(loaded)) == json.dumps(saved)
