"""Encoders of every family: states against a slow NumPy oracle, pretraining, fine-tuning, saving and generating."""

import numpy as np
import pytest
from scipy.special import erf

from tests.inference.saved_models import TEXTS, qa_generator
from tests.models.checkpoints.test_families import OPTIONS
from tests.models.random_encoder import random_encoder
from textzoo.data import QAExample
from textzoo.models import (
    Encoder,
    MaskedLM,
    MaskedLMPreprocessor,
    QAGenerator,
    QAPreprocessor,
    TitleGenerator,
    TitlePreprocessor,
)
from textzoo.models.checkpoints import write_hugging_face
from textzoo.models.checkpoints.encoder_variables import encoder_values
from textzoo.models.presets.variable_paths import variable_paths

by_family = pytest.mark.parametrize("family", OPTIONS, ids=lambda family: family.model_type)
SOURCES = [[2, 9, 10, 11, 12, 13, 3], [2, 12, 3]]
TARGETS = [[20, 21, 3], [22, 23, 24]]
CHARACTERS = "".join(chr(0x4E00 + number) for number in range(10))


def oracle(encoder, source: list[int], target: list[int]) -> np.ndarray:
    """Returns the states of a source and its target under the UniLM mask, one pair of positions at a time."""
    values, config = encoder_values(encoder), encoder.config
    ids, length = source + target, len(source) + len(target)
    heads, size = config["num_heads"], config["hidden_size"] // config["num_heads"]
    frequencies = 10000.0 ** (-np.arange(0, size, 2) / size)

    def norm(x, name):
        deviation = x - x.mean(axis=-1, keepdims=True)
        scaled = deviation / np.sqrt((deviation**2).mean(axis=-1, keepdims=True) + config["norm_epsilon"])
        return scaled * values[f"{name}.gamma"] + values[f"{name}.beta"]

    def dense(x, name):
        return x @ values[f"{name}.kernel"] + values[f"{name}.bias"]

    def rotated(vector, position):
        numbers = (vector[0::2] + 1j * vector[1::2]) * np.exp(1j * position * frequencies)
        return np.stack([numbers.real, numbers.imag], axis=-1).ravel()

    def relative(i, j):  # equation 3 of the paper, with the index of the table as its position
        row = min(max(j - i, -config["max_distance"]), config["max_distance"]) + config["max_distance"]
        return np.stack([np.sin(row * frequencies), np.cos(row * frequencies)], axis=-1).ravel()

    def attention(x, layer):
        query, key, value = (dense(x, f"{layer}.attention.{part}") for part in ("query", "key", "value"))
        context = np.zeros_like(query)
        for head in range(heads):
            columns = slice(head * size, (head + 1) * size)
            for i in range(length):
                visible = [j for j in range(length) if j < len(source) or j <= i]
                scores, vectors = [], []
                for j in visible:
                    q, k, v = query[i, columns], key[j, columns], value[j, columns]
                    if config["position_type"] == "rotary":
                        q, k = rotated(q, i), rotated(k, j)
                    elif config["position_type"] == "relative":
                        k, v = k + relative(i, j), v + relative(i, j)
                    scores.append(q @ k / np.sqrt(size))
                    vectors.append(v)
                weights = np.exp(scores - np.max(scores))
                context[i, columns] = weights / weights.sum() @ np.array(vectors)
        return dense(context, f"{layer}.attention.output_projection")

    x = values["token_embedding.embeddings"][ids]
    if config["position_type"] == "absolute":
        x = x + values["position_embedding.embeddings"][:length]
    if config["num_segments"]:
        segments = np.repeat([0, config["num_segments"] - 1], [len(source), len(target)])
        x = x + values["segment_embedding.embeddings"][segments]
    if config["num_task_types"]:
        x = x + values["task_type_embedding.embeddings"][0]
    x = norm(x, "embedding_norm")
    if config["embedding_size"]:
        x = dense(x, "embedding_projection")
    for number in range(config["num_layers"]):
        layer = f"encoder_layers.{0 if config['shared_layers'] else number}"
        x = norm(x + attention(x, layer), f"{layer}.attention_norm")
        inner = dense(x, f"{layer}.feed_forward_in")
        inner = inner * (1 + erf(inner / np.sqrt(2))) / 2
        x = norm(x + dense(inner, f"{layer}.feed_forward_out"), f"{layer}.output_norm")
    return x


@by_family
def test_states_of_sources_and_targets(family):
    encoder = random_encoder(**OPTIONS[family])
    ids = np.zeros((2, 7), "int32")
    for row, source in zip(ids, SOURCES, strict=True):
        row[: len(source)] = source
    hidden, memory = encoder.encode(ids)
    states, _ = encoder.extend(np.array(TARGETS)[:, None], memory)
    cache = encoder.make_cache(2, streams=1, length=3)
    steps = []
    for index in range(3):
        target = np.array(TARGETS)[:, None, index : index + 1]
        step, cache = encoder.extend(target, memory, cache=cache, index=index)
        steps.append(np.asarray(step)[:, 0, 0])
    for number, (source, target) in enumerate(zip(SOURCES, TARGETS, strict=True)):
        expected = oracle(encoder, source, target)
        np.testing.assert_allclose(np.asarray(hidden)[number, : len(source)], expected[: len(source)], atol=1e-5)
        np.testing.assert_allclose(np.asarray(states)[number, 0], expected[len(source) :], atol=1e-5)
        np.testing.assert_allclose(np.array(steps)[:, number], expected[len(source) :], atol=1e-5)


@pytest.mark.slow
@by_family
def test_a_generator_is_trained_saved_loaded_and_generates(family, tmp_path):
    model = qa_generator(encoder_options={**OPTIONS[family], "pooler": False}, copy_head=True)
    weights = {name: np.array(weight) for name, weight in variable_paths(model).items()}
    records = [QAExample(text, "谁去？", text[:2], 0) for text in TEXTS]
    model.fit(records, batch_size=3, epochs=1, verbose=0)
    trained = variable_paths(model)
    unchanged = [name for name in weights if np.array_equal(weights[name], trained[name]) and "pooler" not in name]
    assert not [name for name in unchanged if "encoder_layers" in name or "embedding_projection" in name]
    model.save_to_preset(tmp_path)
    loaded = QAGenerator.from_preset(tmp_path)
    search = {"num_pairs": 1, "num_beams": 1, "max_answer_length": 2, "max_question_length": 3, "seed": 0}
    assert loaded.generate(TEXTS[1:2], **search) == model.generate(TEXTS[1:2], **search) != [[]]
    ids = np.array([[2, 7, 3]])
    np.testing.assert_array_equal(Encoder.from_preset(tmp_path)(ids), model.encoder(ids))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"position_type": "rotary", "num_heads": 16}, "head size to be even with rotary positions. Received: 1"),
        ({"position_type": "relative", "hierarchical_positions": True}, "hierarchical_positions to be false with rel"),
        ({"position_type": "alibi"}, 'position_type to be absolute, rotary or relative. Received: "alibi"'),
        ({"embedding_size": 0}, "embedding_size to be an integer"),
    ],
)
def test_options_that_do_not_fit(options, match):
    with pytest.raises(ValueError, match=match):
        random_encoder(**options)


def test_positions_past_the_models_length_without_a_table():
    encoder = random_encoder(position_type="rotary", max_length=4)
    with pytest.raises(ValueError, match="positions below 4, the model's length. Received: 4"):
        encoder(np.array([[2, 7, 7, 7, 3]]))


@pytest.mark.slow
@by_family
def test_pretraining_then_pairs_titles_and_writing_back(family, tmp_path):
    """One training step of masked words; the same encoder writes questions, titles from both sides, and a folder."""
    model = random_encoder(**OPTIONS[family] | {"pooler": False})
    before = encoder_values(model)
    masked_lm = MaskedLM(model, MaskedLMPreprocessor(model.tokenizer, max_length=16))
    masked_lm.fit([CHARACTERS] * 2, batch_size=2, epochs=1, verbose=0)
    trained = encoder_values(model)
    unused = [name for name in trained if np.array_equal(before[name], trained[name])]
    assert set(unused) <= {"task_type_embedding.embeddings"} and len(masked_lm.fill("一丁[MASK]丄", top_k=2)[0]) == 2
    search = {"num_beams": 1, "max_question_length": 2}
    pairs = QAGenerator(model, QAPreprocessor(model.tokenizer, max_source_length=16)).generate_questions(
        [CHARACTERS], [[CHARACTERS[1:3]]], **search
    )
    assert pairs[0][0].start == 1
    titles = TitleGenerator(
        model, TitlePreprocessor(model.tokenizer, max_source_length=16, max_title_length=3), decoder="bidirectional"
    ).generate([CHARACTERS], num_beams=2)
    assert len(titles) == 1
    write_hugging_face(model, tmp_path)
    ids = np.array([[2, 7, 9, 3]])
    np.testing.assert_allclose(np.asarray(Encoder.from_preset(tmp_path)(ids)), np.asarray(model(ids)), atol=1e-6)
