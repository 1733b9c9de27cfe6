"""Preset folder that serves two tasks with one set of weights."""

import json

import keras
import numpy as np
import pytest

from textzoo.data import Tokenizer, build_vocabulary
from textzoo.models import Encoder, QAGenerator, QAPreprocessor, TitleGenerator, TitlePreprocessor

TEXT = "小李在上海的图书馆讲课，来了两百人。"


@pytest.fixture
def tasks():
    keras.utils.set_random_seed(1)
    tokenizer = Tokenizer(build_vocabulary([TEXT]))
    encoder = Encoder(
        tokenizer.vocab_size,
        hidden_size=16,
        num_layers=1,
        num_heads=2,
        intermediate_size=32,
        max_length=64,
        initializer_range=0.3,
    )
    pairs = QAGenerator(
        encoder,
        QAPreprocessor(tokenizer, max_source_length=32, max_answer_length=6, max_question_length=8),
        copy_head=True,
    )
    titles = TitleGenerator(
        encoder,
        TitlePreprocessor(tokenizer, max_source_length=32, max_title_length=8, task_token="[unused1]"),
        copy_head=True,
    )
    titles.unilm.copy_head.set_weights(pairs.unilm.copy_head.get_weights())
    return pairs, titles


@pytest.mark.slow
@pytest.mark.filterwarnings("error:.*does not use")
def test_round_trip_of_both_tasks(tasks, tmp_path):
    pairs, titles = tasks
    pairs.save_to_preset(tmp_path / "both", other_tasks=[titles])
    config = json.loads((tmp_path / "both" / "config.json").read_text())
    assert list(config["other_tasks"]) == ["textzoo>TitleGenerator"]
    again = TitleGenerator.from_preset(tmp_path / "both")
    assert again.preprocessor.source(TEXT)[0] == again.preprocessor.tokenizer.token_to_id("[unused1]")
    assert again.generate(TEXT).text == titles.generate(TEXT).text
    loaded = QAGenerator.from_preset(tmp_path / "both").generate(TEXT, num_pairs=2, seed=0)
    assert [pair.question for pair in loaded] == [pair.question for pair in pairs.generate(TEXT, num_pairs=2, seed=0)]
    encoder = Encoder.from_preset(tmp_path / "both")
    np.testing.assert_array_equal(encoder.mlm_bias, pairs.encoder.mlm_bias)
    card = (tmp_path / "both" / "README.md").read_text(encoding="utf-8")
    assert "model = QAGenerator.from_preset(" in card and "model = TitleGenerator.from_preset(" in card


def test_other_weights_are_rejected(tasks, tmp_path):
    pairs, titles = tasks
    titles.unilm.copy_head.gate.bias.assign([0.5])
    with pytest.raises(
        ValueError, match="share the weights of the QAGenerator. Received: a TitleGenerator with other weights"
    ):
        pairs.save_to_preset(tmp_path / "both", other_tasks=[titles])


def test_bad_task_token(tasks):
    with pytest.raises(ValueError, match=r"Expected a token of the vocabulary .* '\[unused9\]'"):
        TitlePreprocessor(tasks[0].preprocessor.tokenizer, task_token="[unused9]")
