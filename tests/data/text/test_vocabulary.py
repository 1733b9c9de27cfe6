"""Order and contents of a vocabulary built from text."""

from textzoo.data import build_vocabulary
from textzoo.data.text.tokenizer import SPECIAL_TOKENS

TEXTS = ["春天来了 5月12日到30日", "playing player plays 2024 2025"] * 3


def test_kinds_stand_in_the_order_of_their_characters():
    tokens = build_vocabulary(TEXTS)[len(SPECIAL_TOKENS) :]
    alone = [token for token in tokens if not token.startswith("##")]
    assert tokens == sorted(alone) + sorted(set(tokens) - set(alone))
    assert {"##2", "##l", "春"} <= set(tokens)


def test_merges_come_last_and_every_call_gives_the_same():
    tokens = build_vocabulary(TEXTS, size=60)
    characters = build_vocabulary(TEXTS)
    assert tokens[: len(characters)] == characters and "play" in tokens[len(characters) :]
    assert all(build_vocabulary(TEXTS) == characters for _ in range(5))
