"""Masked language modeling: sequences, masks, training, predictions."""

import keras
import numpy as np
import pytest

from textzoo.data import Tokenizer, build_vocabulary
from textzoo.models import Encoder, MaskedLM, MaskedLMPreprocessor, MaskedLMTrainingData, QAGenerator

TEXTS = [
    "小明昨天去了上海图书馆借书，天气很好。",
    "The old library in Dover opened in 1923 and holds unbelievable books.",
    "OpenAI的工程师在2024年讨论了float16的问题，大家都很高兴。",
] * 5
TOKENIZER = Tokenizer(build_vocabulary(TEXTS, 200))


def small(**options):
    keras.utils.set_random_seed(0)
    encoder = Encoder(
        TOKENIZER.vocab_size,
        hidden_size=32,
        num_layers=1,
        num_heads=2,
        intermediate_size=64,
        max_length=64,
        dropout=0.0,
        attention_dropout=0.0,
        **options,
    )
    return MaskedLM(encoder, MaskedLMPreprocessor(TOKENIZER, max_length=48))


def test_sequences_contain_every_token_once():
    preprocessor = MaskedLMPreprocessor(TOKENIZER, max_length=24)
    sequences = [(ids, words) for ids, words, _ in preprocessor.pack(TEXTS)]
    assert all(len(ids) == len(words) <= 24 for ids, words in sequences)
    special = (TOKENIZER.cls_id, TOKENIZER.sep_id)
    kept = [i for ids, _ in sequences for i in ids.tolist() if i not in special]
    assert kept == [i for text in TEXTS for i in TOKENIZER.tokenize(text).ids.tolist()]
    for ids, words in sequences:
        assert ((words < 0) == np.isin(ids, special)).all()


def test_fraction_of_masked_tokens_and_their_replacements():
    records = MaskedLMTrainingData(TEXTS * 20, MaskedLMPreprocessor(TOKENIZER, max_length=48), redraw=True)
    ordinary = total = masked = kept = 0
    for epoch in range(5):
        for index, (ids, words, _) in enumerate(records.sequences):
            record = records.at_epoch(epoch)[index]
            positions = record["positions"]
            np.testing.assert_array_equal(record["labels"], ids[positions])
            untouched = np.setdiff1d(np.arange(len(ids)), positions)
            np.testing.assert_array_equal(record["ids"][untouched], ids[untouched])
            assert np.isin(np.flatnonzero(np.isin(words, words[positions])), positions).all()
            ordinary += (words >= 0).sum()
            total += len(positions)
            masked += (record["ids"][positions] == TOKENIZER.mask_id).sum()
            kept += (record["ids"][positions] == record["labels"]).sum()
            assert not np.isin(record["ids"][positions], [TOKENIZER.cls_id, TOKENIZER.sep_id, 0, 1]).any()
    assert abs(total / ordinary - 0.15) < 0.005
    assert abs(masked / total - 0.8) < 0.02 and abs(kept / total - 0.1) < 0.02


def test_masks_differ_between_epochs_and_repeat_with_the_seed():
    first, second = (
        MaskedLMTrainingData(TEXTS, MaskedLMPreprocessor(TOKENIZER, max_length=48), seed=1, redraw=True)
        for _ in range(2)
    )
    reads = [first.at_epoch(epoch)[0]["positions"].tolist() for epoch in range(4)]
    assert len(set(map(tuple, reads))) > 1
    assert reads == [second.at_epoch(epoch)[0]["positions"].tolist() for epoch in range(4)]
    fixed = MaskedLMTrainingData(TEXTS, MaskedLMPreprocessor(TOKENIZER, max_length=48), seed=1)
    assert fixed[0]["positions"].tolist() == fixed[0]["positions"].tolist() == reads[0]


def test_logits_are_those_at_the_positions():
    model = small()
    ids = np.array([[2, 9, 4, 8, 3], [2, 4, 3, 0, 0]], "int32")
    whole = np.asarray(model.encoder.token_logits(model.encoder.encode(ids)[0]))
    logits = np.asarray(model({"ids": ids, "positions": np.array([[2, 3], [1, 0]])}))
    np.testing.assert_allclose(logits, whole[[[0, 0], [1, 1]], [[2, 3], [1, 0]]], rtol=1e-5, atol=1e-6)


@pytest.mark.slow
@pytest.mark.graph
def test_trains_saves_and_initializes_a_generator(tmp_path):
    model = small()
    model.compile(keras.optimizers.Adam(3e-3))
    history = model.fit(TEXTS, validation_data=TEXTS, batch_size=4, epochs=30, verbose=0).history
    assert history["val_loss"][-1] < 0.6 * history["val_loss"][0]
    model.save_to_preset(tmp_path / "run")
    loaded = MaskedLM.from_preset(tmp_path / "run")
    assert loaded.fill("小明昨天去了上[MASK]图书馆", top_k=2) == model.fill("小明昨天去了上[MASK]图书馆", top_k=2)
    generator = QAGenerator.from_preset(tmp_path / "run")
    for name in ("mlm_dense", "mlm_norm"):
        theirs, ours = getattr(generator.encoder, name).get_weights(), getattr(model.encoder, name).get_weights()
        for value, expected in zip(theirs, ours, strict=True):
            np.testing.assert_array_equal(value, expected)
    ids = np.array([[2, 9, 8, 3]], "int32")
    np.testing.assert_allclose(generator.encoder(ids), model.encoder(ids), atol=1e-6)


def test_a_resumed_training_has_the_same_masks():
    model = small()
    options = {"batch_size": 4, "shuffle": True, "seed": 5, "num_epochs": 2}
    whole = [inputs["ids"].numpy() for inputs, *_ in model.dataset(TEXTS * 3, **options)]
    steps = len(whole) // 2
    rest = [inputs["ids"].numpy() for inputs, *_ in model.dataset(TEXTS * 3, **options).skip(steps)]
    second = [
        inputs["ids"].numpy() for inputs, *_ in model.dataset(TEXTS * 3, **options | {"epoch": 1, "num_epochs": 1})
    ]
    assert steps > 1 and len(rest) == len(second) == steps
    for one, *others in zip(whole[steps:], rest, second, strict=True):
        for other in others:
            np.testing.assert_array_equal(one, other)
    assert any(a.shape != b.shape or (a != b).any() for a, b in zip(whole[:steps], second, strict=True))


def test_predictions_equal_those_of_every_sequence_alone():
    model = small()
    records = model.records(TEXTS, seed=3)
    predictions, log_probs = model.predict_masked(records, batch_size=2)
    expected, expected_log_probs = [], []
    for index in range(len(records)):
        record = records[index]
        logits = np.asarray(model({"ids": record["ids"][None], "positions": record["positions"][None]}), "float64")[0]
        rows = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
        expected += rows.argmax(axis=1).tolist()
        expected_log_probs += rows[np.arange(len(rows)), record["labels"]].tolist()
    assert predictions.tolist() == expected
    np.testing.assert_allclose(log_probs, expected_log_probs, atol=1e-5)


def test_fill():
    model = small()
    first, second = model.fill("小明？去了？海", top_k=3, mask="？")
    assert len(first) == len(second) == 3 and first[0][1] >= first[1][1] >= first[2][1] > 0
    with pytest.raises(ValueError, match=r"Expected a text with \[MASK\] in it"):
        model.fill("小明")
    with pytest.raises(ValueError, match="Expected a text of at most 48 tokens"):
        model.fill("小" * 60 + "[MASK]")


def test_bad_input():
    with pytest.raises(ValueError, match="characters of the vocabulary"):
        MaskedLMPreprocessor(TOKENIZER).pack(["ЖЖЖ"])
    with pytest.raises(ValueError, match="output head"):
        small(mlm_head=False)
    with pytest.raises(ValueError, match="max_length of at most 64"):
        MaskedLM(small().encoder, MaskedLMPreprocessor(TOKENIZER, max_length=65)).dataset(TEXTS)
    with pytest.raises(ValueError, match=r"masked_fraction in \(0, 1\]. Received: 0"):
        MaskedLMPreprocessor(TOKENIZER, masked_fraction=0.0)
    with pytest.raises(ValueError, match="MASK"):
        Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"])
    assert len(MaskedLMPreprocessor(TOKENIZER).pack(["小"])) == 1


def test_unknown_characters_are_never_predicted():
    preprocessor = MaskedLMPreprocessor(TOKENIZER)
    ((ids, words, _),) = preprocessor.pack(["小明Ж图书馆"])
    assert ((ids == TOKENIZER.unk_id) <= (words < 0)).all() and (words >= 0).any()
