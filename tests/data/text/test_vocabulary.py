"""Order and contents of a vocabulary built from text."""

import random
import subprocess
import sys
from pathlib import Path

from textzoo.data import build_vocabulary
from textzoo.data.text.tokenizer import SPECIAL_TOKENS

TEXTS = ["春天来了 5月12日到30日", "playing player plays 2024 2025"] * 3
PRINT_VOCABULARY = """
import random
from textzoo.data import build_vocabulary
letters = random.Random(5)
words = ["".join(letters.choice("abcdefghijklmnopqrstuvwxyz北京上海") for _ in range(4)) for _ in range(600)]
print(build_vocabulary([" ".join(words[i::40]) for i in range(40)] * 2, size=200))
"""


def test_kinds_stand_in_the_order_of_their_characters():
    tokens = build_vocabulary(TEXTS, size=1)[len(SPECIAL_TOKENS) :]
    alone = [token for token in tokens if not token.startswith("##")]
    assert tokens == sorted(alone) + sorted(set(tokens) - set(alone))
    assert {"##2", "##l", "春"} <= set(tokens)


def test_merges_come_last():
    tokens = build_vocabulary(TEXTS, size=60)
    characters = build_vocabulary(TEXTS, size=1)
    assert tokens[: len(characters)] == characters and "play" in tokens[len(characters) :]
    assert len(tokens) <= 60


def test_every_process_builds_the_same():
    """600 words of random characters leave hundreds of merges tied."""
    run = [sys.executable, "-c", PRINT_VOCABULARY]
    root = Path(__file__).parents[3]
    outputs = {subprocess.run(run, capture_output=True, text=True, check=True, cwd=root).stdout for _ in range(4)}
    assert len(outputs) == 1


def test_text_of_letters_gets_word_pieces_and_chinese_text_characters():
    rng = random.Random(0)
    english = [" ".join(rng.choice(["station", "library", "park", "went", "the"]) for _ in range(9)) for _ in range(9)]
    assert {"station", "library", "park"} <= set(build_vocabulary(english))
    mixed = ["用iPhone和Python写程序的人越来越多了，这是大家都知道的事情"] * 5
    assert all(len(token.removeprefix("##")) == 1 for token in build_vocabulary(mixed)[len(SPECIAL_TOKENS) :])
    assert build_vocabulary(iter(english)) == build_vocabulary(english)
