"""The light engine gives the results of Keras, for every task and configuration."""

import dataclasses

import numpy as np
import pytest

from tests.inference import saved_models
from tests.inference.saved_models import QA_CONFIGURATIONS, TEXTS, TITLE_CONFIGURATIONS
from textzoo.inference.light_models import (
    LightEmbedder,
    LightExtractiveQA,
    LightMaskedLM,
    LightMultiLabelClassifier,
    LightQAGenerator,
    LightTitleGenerator,
)
from textzoo.models import ContextualEmbedder


def assert_same(actual, expected):
    """Compares results: log-probabilities and scores to 1e-4, everything else exactly."""
    assert len(actual) == len(expected)
    for one, other in zip(map(dataclasses.asdict, actual), map(dataclasses.asdict, expected), strict=True):
        floats = [name for name, value in other.items() if isinstance(value, float)]
        np.testing.assert_allclose([one[name] for name in floats], [other[name] for name in floats], atol=1e-4)
        assert {name: one[name] for name in one if name not in floats} == {
            name: other[name] for name in other if name not in floats
        }


@pytest.mark.parametrize(
    "name",
    [
        "copy head and span bias",
        *[
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("plain", "hierarchical positions", "sau with options")
        ],
    ],
)
def test_pairs(tmp_path, name):
    keras_model = saved_models.qa_generator(**QA_CONFIGURATIONS[name])
    keras_model.save_to_preset(tmp_path)
    model = LightQAGenerator.from_preset(tmp_path)
    options = {"num_pairs": 3, "num_beams": 2, "seed": 1, "align_to_words": False}
    for actual, expected in zip(model.generate(TEXTS, **options), keras_model.generate(TEXTS, **options), strict=True):
        assert_same(actual, expected)


def test_passages_without_answers_have_no_pairs():
    model = LightQAGenerator.from_preset("tiny-zh")
    assert model.generate(["。，", "！"], 2, seed=0) == [[], []]
    first, second = model.generate_questions(["小李来了。", "王明来了。"], [[], ["王明"]], batch_size=1)
    assert first == [] and second[0].answer == "王明"


@pytest.mark.slow
def test_pairs_of_half_precision_weights_and_given_answers(tmp_path):
    saved_models.qa_generator(copy_head=True).save_to_preset(tmp_path, dtype="float16")
    keras_model = type(saved_models.qa_generator()).from_preset(tmp_path)
    model = LightQAGenerator.from_preset(tmp_path)
    answers = [["小李", "昨天", "大学讲人"], ["王明"], []]
    options = {"num_beams": 3, "no_repeat_ngram_size": 2, "free_answers": True, "max_question_length": 6}
    for actual, expected in zip(
        model.generate_questions(TEXTS, answers, **options),
        keras_model.generate_questions(TEXTS, answers, **options),
        strict=True,
    ):
        assert_same(actual, expected)


def test_pairs_depend_on_seed_and_passage_only(tmp_path):
    saved_models.qa_generator(copy_head=True).save_to_preset(tmp_path)
    model = LightQAGenerator.from_preset(tmp_path)
    options = {"num_pairs": 3, "seed": 1, "align_to_words": False}
    together = model.generate(TEXTS, **options)
    for text, pairs in zip(TEXTS, together, strict=True):
        assert_same(model.generate(text, **options), pairs)
    for pairs, expected in zip(model.generate(TEXTS, batch_size=1, **options), together, strict=True):
        assert_same(pairs, expected)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] * ("fusion" in name or name.startswith("bidirectional")))
        for name in TITLE_CONFIGURATIONS
    ],
)
def test_titles(tmp_path, name):
    keras_model = saved_models.title_generator(**TITLE_CONFIGURATIONS[name])
    keras_model.save_to_preset(tmp_path)
    model = LightTitleGenerator.from_preset(tmp_path)
    pairings = ("rank", "all") if model.decoder == "bidirectional" else ("rank",)
    for pairing in pairings:
        options = {"num_beams": 4, "all_beams": True, "pairing": pairing, "no_repeat_ngram_size": 2}
        for actual, expected in zip(
            model.generate(TEXTS, **options), keras_model.generate(TEXTS, **options), strict=True
        ):
            assert_same(actual, expected)
    if model.decoder == "bidirectional":
        options = {"num_beams": 4, "num_titles": 4, "agreement_weight": 0.3}
        for actual, expected in zip(
            model.generate(TEXTS, **options), keras_model.generate(TEXTS, **options), strict=True
        ):
            assert_same(actual, expected)
        titles, trees = model.explain(TEXTS[0])
        expected_titles, expected_trees = keras_model.explain(TEXTS[0])
        assert_same(titles, expected_titles)
        for direction, nodes in trees.items():
            assert_same(nodes, expected_trees[direction])
        assert model.drafts(TEXTS) == keras_model.drafts(TEXTS)


def test_answers(tmp_path):
    keras_model = saved_models.extractive_qa()
    keras_model.save_to_preset(tmp_path)
    model = LightExtractiveQA.from_preset(tmp_path)
    questions = ["谁在北京讲课？", "王明去哪里？", "谁？"]
    assert_same(model.answer(TEXTS, questions), keras_model.answer(TEXTS, questions))


def test_labels(tmp_path):
    keras_model = saved_models.multilabel_classifier()
    keras_model.save_to_preset(tmp_path)
    model = LightMultiLabelClassifier.from_preset(tmp_path)
    for actual, expected in zip(
        model.predict_labels(TEXTS, threshold=-9, batch_size=2),
        keras_model.predict_labels(TEXTS, threshold=-9),
        strict=True,
    ):
        assert list(actual) == list(expected)
        np.testing.assert_allclose(list(actual.values()), list(expected.values()), atol=1e-4)
    assert model.predict_labels([]) == []


def test_masks(tmp_path):
    keras_model = saved_models.masked_lm()
    keras_model.save_to_preset(tmp_path)
    text = "小[MASK]在北京[MASK]学"
    actual, expected = LightMaskedLM.from_preset(tmp_path).fill(text), keras_model.fill(text)
    assert [[token for token, _ in mask] for mask in actual] == [[token for token, _ in mask] for mask in expected]
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose([p for _, p in one], [p for _, p in other], atol=1e-5)


@pytest.mark.parametrize("layers", ["first_last", "last"])
def test_embeddings_and_their_name(tmp_path, layers):
    keras_model = saved_models.qa_generator()
    keras_model.save_to_preset(tmp_path)
    embedder, expected = LightEmbedder.from_preset(tmp_path, layers), ContextualEmbedder(keras_model.encoder, layers)
    assert embedder.name == expected.name
    (units, vectors), (expected_units, expected_vectors) = embedder(TEXTS), expected(TEXTS)
    assert units == expected_units
    for one, other in zip(vectors, expected_vectors, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_an_encoder_alone_has_embeddings(tmp_path):
    encoder = saved_models.with_random_weights(saved_models.encoder(tokenizer=saved_models.tokenizer()))
    encoder.save_to_preset(tmp_path)
    (_, vectors), (_, expected) = LightEmbedder.from_preset(tmp_path)(TEXTS), ContextualEmbedder(encoder)(TEXTS)
    for one, other in zip(vectors, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
