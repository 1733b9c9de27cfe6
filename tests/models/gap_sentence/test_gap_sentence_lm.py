"""Gap-sentence pretraining: records, log-probabilities of both parts, and the start that it gives generators."""

import logging

import keras
import numpy as np
import pytest
from keras import ops

from textzoo.data import Tokenizer, build_vocabulary
from textzoo.models import (
    Encoder,
    GapSentenceLM,
    GapSentencePreprocessor,
    GapSentenceTrainingData,
    MaskedLM,
    QAGenerator,
    TitleGenerator,
)

TEXTS = ["小李昨天去图书馆。他借了两本书。", "小王今天来上海。她参观了博物馆。天气很好。"] * 4
TOKENIZER = Tokenizer(build_vocabulary(TEXTS))


def small(**options):
    keras.utils.set_random_seed(0)
    sizes = {"hidden_size": 16, "num_layers": 2, "num_heads": 2, "intermediate_size": 32}
    encoder = Encoder(TOKENIZER.vocab_size, **sizes, max_length=64, dropout=0.0, attention_dropout=0.0)
    preprocessor = GapSentencePreprocessor(TOKENIZER, max_length=32, max_target_length=16, **options)
    return GapSentenceLM(encoder, preprocessor)


def test_a_record_is_the_text_without_a_sentence():
    model = small(masked_fraction=0.2)
    records = GapSentenceTrainingData(TEXTS, model.preprocessor, seed=1, redraw=True)
    removed = set()
    for epoch in range(8):
        for index, (whole, _, _) in enumerate(records.sequences):
            record = records.at_epoch(epoch)[index]
            (target,) = record["target_ids"]
            ids = record["ids"].copy()
            ids[record["positions"]] = record["labels"]
            place = np.flatnonzero(ids == TOKENIZER.mask_id).item()
            assert place not in record["positions"] and target[-1] == TOKENIZER.sep_id
            assert [*ids[:place], *target[:-1], *ids[place + 1 :]] == whole.tolist()
            removed.add(TOKENIZER.decode(target))
    assert {"小李昨天去图书馆。", "他借了两本书。", "天气很好。"} <= removed


def test_a_text_of_one_sentence_has_no_target():
    model = small()
    records = model.records(["小李昨天去图书馆。"])
    assert records[0]["target_ids"].shape == (1, 0)
    inputs, labels, weights = next(iter(model.dataset(["小李昨天去图书馆。"])))
    assert float(ops.sum(weights)) == len(records[0]["labels"]) and labels.shape == weights.shape
    assert np.isfinite(model(inputs)).all()


def test_log_probabilities_are_those_of_the_two_parts():
    model = small(masked_fraction=0.3)
    inputs, labels, weights = next(iter(model.dataset(TEXTS, batch_size=3)))
    log_probs = np.asarray(model(inputs))
    np.testing.assert_allclose(np.exp(log_probs).sum(axis=-1), 1, atol=1e-4)
    masked = model.masked_lm()({key: inputs[key] for key in ("ids", "positions")})
    count = masked.shape[1]
    np.testing.assert_allclose(log_probs[:, :count], ops.log_softmax(masked), atol=1e-5)
    written = model.unilm({"source_ids": inputs["ids"], "target_ids": inputs["target_ids"]})
    np.testing.assert_allclose(log_probs[:, count:], np.asarray(written)[:, 0], atol=1e-5)
    target = inputs["target_ids"].numpy()[:, 0]
    np.testing.assert_array_equal(labels[:, count:], target)
    np.testing.assert_array_equal(weights[:, count:], target != 0)


@pytest.mark.slow
@pytest.mark.graph
def test_learns_both_parts():
    model = small(masked_fraction=0.2)
    model.compile(keras.optimizers.Adam(1e-2))
    history = model.fit(TEXTS, batch_size=4, epochs=15, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]


def test_gives_generators_its_encoder_and_copy_head(tmp_path, caplog):
    model = small()
    model.save_to_preset(tmp_path / "run")
    with caplog.at_level(logging.WARNING):
        titles = TitleGenerator.from_preset(tmp_path / "run", copy_head=True)
        assert not caplog.records
        pairs = QAGenerator.from_preset(tmp_path / "run", copy_head=True)
    assert "span bias of" in caplog.text and "copy head" not in caplog.text
    for generator in (titles, pairs):
        for ours, theirs in ((model.unilm.copy_head, generator.unilm.copy_head), (model.encoder, generator.encoder)):
            for value, expected in zip(theirs.get_weights(), ours.get_weights(), strict=True):
                np.testing.assert_array_equal(value, expected)
    text = "小李昨天[MASK]图书馆。"
    assert MaskedLM.from_preset(tmp_path / "run").fill(text) == model.masked_lm().fill(text)


def test_bad_input():
    model = small()
    model.preprocessor.max_target_length = 40
    with pytest.raises(ValueError, match="sum to at most 64, the encoder's positions. Received: 72"):
        model.records(TEXTS)
    with pytest.raises(ValueError, match="output head"):
        GapSentenceLM(Encoder(9, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=8, mlm_head=False))
