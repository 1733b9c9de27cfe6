"""Substitution of tokens in sources, targets and labels."""

import numpy as np
import pytest

from textzoo.data import QAExample, TitleExample, Tokenizer, TokenSubstitution
from textzoo.models import Encoder, QAGenerator, QAPreprocessor, TitleGenerator, TitlePreprocessor

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]
TOKENIZER = Tokenizer([*SPECIAL, *"天地玄黄宇宙洪荒日月盈昃辰宿列张", "rain", "snow", "##ing", "##ed", "##s"])
RECORD = {
    "source_ids": np.array([2, 7, 8, 9, 8, 23, 25, 1, 3], "int32"),
    "target_ids": np.array([[5, 8, 12, 23, 0], [6, 25, 8, 0, 0]], "int32"),
    "labels": np.array([[8, 12, 23, 3, 0], [25, 8, 3, 0, 0]], "int32"),
    "weights": np.array([[1, 1, 1, 1, 0], [1, 1, 1, 0, 0]], "float32"),
}


def substituted(count=400, *, rate=1.0, seed=0):
    return list(TokenSubstitution([RECORD] * count, TOKENIZER, rate=rate, seed=seed))


def test_one_substitution_applies_to_source_targets_and_labels():
    for record in substituted():
        substitutes = {}
        for key in ("source_ids", "target_ids", "labels"):
            assert record[key].dtype == np.int32 and record[key].shape == RECORD[key].shape
            for old, new in zip(RECORD[key].ravel().tolist(), record[key].ravel().tolist(), strict=True):
                assert substitutes.setdefault(old, new) == new
        assert len(set(substitutes.values())) == len(substitutes)  # distinct tokens stay distinct
        assert all(
            new == old for old, new in substitutes.items() if old not in RECORD["source_ids"] or old < len(SPECIAL)
        )
        assert record["weights"] is RECORD["weights"]


def test_tokens_keep_their_kind():
    kinds = TOKENIZER.is_continuation
    for record in substituted():
        np.testing.assert_array_equal(kinds[record["source_ids"]], kinds[RECORD["source_ids"]])


def test_half_of_the_records_and_half_of_their_tokens_on_average():
    changed = [np.mean(record["source_ids"] != RECORD["source_ids"]) for record in substituted(4000)]
    touched = np.array([fraction for fraction in changed if fraction])
    ordinary = np.mean([token >= len(SPECIAL) for token in RECORD["source_ids"]])
    assert 0.35 < len(touched) / 4000 <= 0.5  # some of the half draw no token
    np.testing.assert_allclose(np.mean(changed), ordinary / 4, atol=0.02)


def test_draws_differ_in_each_epoch_and_repeat_with_the_seed():
    records = [TokenSubstitution([RECORD], TOKENIZER, rate=1.0, seed=seed) for seed in (3, 3, 4)]
    visits = [[record.at_epoch(e)[0]["source_ids"].tolist() for e in range(100)] for record in records]
    assert visits[0] == visits[1] != visits[2] and len({tuple(visit) for visit in visits[0]}) > 20
    assert all(record["source_ids"].tolist() == RECORD["source_ids"].tolist() for record in substituted(20, rate=0.0))


def test_a_vocabulary_without_free_tokens():
    tokenizer = Tokenizer([*SPECIAL, *"天地"])
    record = {"source_ids": np.array([2, 7, 8, 3]), "target_ids": np.array([[7, 3]])}
    for changed in TokenSubstitution([record] * 20, tokenizer, rate=1.0):
        np.testing.assert_array_equal(changed["source_ids"], record["source_ids"])


def test_generators_train_with_it():
    encoder = Encoder(
        TOKENIZER.vocab_size, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=32
    )
    titles = TitleGenerator(
        encoder,
        TitlePreprocessor(TOKENIZER, max_source_length=16, max_title_length=8),
        decoder="bidirectional",
        copy_head=True,
    )
    pairs = QAGenerator(encoder, QAPreprocessor(TOKENIZER, max_source_length=16), copy_head=True)
    examples = {
        titles: [TitleExample("天地玄", "天地玄黄宇宙")] * 8,
        pairs: [QAExample("天地玄黄", "宇宙", "玄黄", 2)] * 8,
    }
    for model, same in examples.items():
        plain, other = (
            np.concatenate(
                [
                    inputs["source_ids"]
                    for inputs, *_ in model.dataset(
                        same, batch_size=8, shuffle=True, num_epochs=20, token_substitution_rate=rate
                    )
                ]
            )
            for rate in (0.0, 1.0)
        )
        assert (plain == plain[0]).all() and not (other == plain).all()


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_a_rate_out_of_range(rate):
    with pytest.raises(ValueError, match=r"token substitution rate in \[0, 1\]. Received"):
        TokenSubstitution([RECORD], TOKENIZER, rate=rate)
