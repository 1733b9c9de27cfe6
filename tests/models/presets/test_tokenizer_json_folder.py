"""A folder as transformers 5 saves it: tokenizer.json without vocab.txt."""

import pytest
import tokenizers

from tests.models.random_encoder import random_encoder
from textzoo.models import Encoder
from textzoo.models.checkpoints import write_hugging_face


def test_the_vocabulary_comes_from_tokenizer_json(tmp_path):
    encoder = random_encoder()
    write_hugging_face(encoder, tmp_path)
    (tmp_path / "vocab.txt").unlink()
    with pytest.raises(ValueError, match="vocab.txt is missing; add it or pass a tokenizer"):
        Encoder.from_preset(tmp_path)
    vocab = {token: index for index, token in enumerate(encoder.tokenizer.tokens)}
    saved = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocab, unk_token="[UNK]"))
    saved.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=True)
    saved.save(str(tmp_path / "tokenizer.json"))
    loaded = Encoder.from_preset(tmp_path)
    assert loaded.tokenizer.tokens == encoder.tokenizer.tokens and loaded.tokenizer.lowercase
