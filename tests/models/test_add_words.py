"""Words added to an encoder's vocabulary: their rows, their tokens, and saving."""

import numpy as np
import pytest

from tests.models.random_encoder import random_encoder
from textzoo.models import Encoder, add_words

CHARACTERS = [chr(0x4E00 + i) for i in range(6)]
WORD, OTHER = "".join(CHARACTERS[:3]), "".join(CHARACTERS[2:4])


def test_rows_are_means_and_the_words_are_tokens(tmp_path):
    encoder = random_encoder()
    larger = add_words(encoder, [WORD, OTHER, WORD])
    table, new_table = (np.asarray(model.token_embedding.embeddings) for model in (encoder, larger))
    ids = encoder.tokenizer.tokenize(WORD).ids
    assert larger.vocab_size == 42 and larger.tokenizer.tokens[40:] == [WORD, OTHER]
    np.testing.assert_allclose(new_table[:40], table)
    np.testing.assert_allclose(new_table[40], table[ids].mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(np.asarray(larger.mlm_bias)[40], np.asarray(encoder.mlm_bias)[ids].mean(), rtol=1e-5)
    text = "".join(CHARACTERS)
    assert larger.tokenizer.tokenize(WORD).ids.tolist() == [40] and encoder.tokenizer.tokenize(text).ids.shape == (6,)
    source = np.array([[2, *encoder.tokenizer.tokenize(text).ids, 3]])
    before, after = (np.asarray(model.encode(source)[0]) for model in (encoder, larger))
    np.testing.assert_allclose(after, before, atol=1e-6)
    larger.save_to_preset(tmp_path)
    assert Encoder.from_preset(tmp_path).tokenizer.tokenize(WORD).ids.tolist() == [40]


@pytest.mark.parametrize("word", ["a b", "龘", "，。", "龘龘"])
def test_other_texts_are_refused(word):
    with pytest.raises(ValueError, match=f"Expected a word of two or more .* Received: '{word}'"):
        add_words(random_encoder(), [word])
