"""The light engine on wrong numbers, in forked processes and on damaged folders; without Keras."""

import json
import os

import pytest

from textzoo.data.find_preset import PRESETS
from textzoo.inference.light_models import LightEmbedder, LightQAGenerator

PASSAGE = "小红在北京出生，后来在上海工作。"


@pytest.fixture(scope="module")
def model():
    return LightQAGenerator.from_preset("tiny-zh")


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"temperature": 1e-300}, "Expected temperature from 1e-06 to 1e.06. Received: 1e-300."),
        ({"temperature": "1"}, "temperature from .* Received: '1'"),
        ({"temperature": float("nan")}, "temperature from .* Received: nan"),
        ({"top_p": None}, "top_p from 1e-06 to 1. Received: None"),
        ({"top_p": 0}, "top_p from 1e-06 to 1. Received: 0"),
        ({"seed": 1.5}, "Expected a seed of 0 or more, or None. Received: 1.5"),
        ({"seed": -1}, "Expected a seed of 0 or more, or None. Received: -1"),
        ({"no_repeat_ngram_size": "2"}, "no_repeat_ngram_size of 0 or more. Received: 1 and 2"),
        ({"no_repeat_ngram_size": 2.0}, "no_repeat_ngram_size of 0 or more"),
    ],
    ids=str,
)
def test_numbers_out_of_range(model, options, match):
    with pytest.raises(ValueError, match=match):
        model.generate(PASSAGE, num_pairs=1, **options)


def test_the_extremes_of_numbers_end(model):
    extremes: tuple[dict, ...] = (
        {"temperature": 1e-6},
        {"temperature": 1e6, "top_p": 1e-6},
        {"no_repeat_ngram_size": 10**9},
    )
    for options in extremes:
        assert len(model.generate(PASSAGE, num_pairs=1, max_question_length=4, **options)) <= 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.parametrize("threads", [1, 2])
def test_a_forked_child_works_or_names_spawn(monkeypatch, threads):
    monkeypatch.setenv("TEXTZOO_THREADS", str(threads))
    model = LightQAGenerator.from_preset("tiny-zh")
    options: dict = {"num_pairs": 1, "max_question_length": 4}
    pairs = model.generate(PASSAGE, **options)
    child = os.fork()
    if not child:
        status = 1
        try:
            status = 0 if model.generate(PASSAGE, **options) == pairs and threads == 1 else 1
        except RuntimeError as error:
            status = 0 if 'get_context("spawn")' in str(error) and threads > 1 else 1
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


def _set(config, path, value):
    for key in path[:-1]:
        config = config[key]
    if value is None:
        del config[path[-1]]
    else:
        config[path[-1]] = value


ENCODER, PREPROCESSOR = ("config", "encoder", "config"), ("config", "preprocessor", "config")


@pytest.mark.parametrize(
    ("path", "value", "match"),
    [
        (("class",), ["x"], "expected class to be a string"),
        (("config",), 5, "expected config to be an object"),
        (("also",), 5, "unknown field also"),
        (("config", "encoder"), 5, "expected config.encoder to be a saved object"),
        (("config", "preprocessor"), [1], "expected config.preprocessor to be a saved object"),
        ((*ENCODER, "num_heads"), 0, "config.encoder.config.num_heads to be an integer from 1 to 4096. Received: 0"),
        ((*ENCODER, "num_heads"), 5, "num_heads to be a divisor of the hidden size"),
        ((*ENCODER, "num_heads"), "4", "num_heads to be an integer"),
        ((*ENCODER, "num_layers"), 10**12, "num_layers to be an integer from 1 to 1000"),
        ((*ENCODER, "norm_epsilon"), None, "lacks config.encoder.config.norm_epsilon"),
        ((*ENCODER, "activation"), {}, "activation to be an activation"),
        ((*PREPROCESSOR, "max_source_length"), -1, "max_source_length to be an integer"),
        ((*PREPROCESSOR, "also"), 5, "unknown field config.preprocessor.config.also"),
        (("tokenizer", "user_dict"), "/etc/passwd", "tokenizer.user_dict to be a list of strings, or null"),
        ((*PREPROCESSOR, "tokenizer"), 5, "tokenizer to be an object"),
    ],
    ids=str,
)
def test_every_field_of_the_configuration_is_checked(tmp_path, path, value, match):
    for file in ("vocab.txt", "model.safetensors"):
        os.symlink(PRESETS / "tiny-zh" / file, tmp_path / file)
    config = json.loads((PRESETS / "tiny-zh" / "config.json").read_text(encoding="utf-8"))
    _set(config, path, value)
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ValueError, match=match) as error:
        LightQAGenerator.from_preset(tmp_path)
    assert str(tmp_path / "config.json") in str(error.value)
    assert "\n" not in str(error.value)
    if path[0] != "config" or path[1:2] != ("preprocessor",):
        with pytest.raises(ValueError):
            LightEmbedder.from_preset(tmp_path)
