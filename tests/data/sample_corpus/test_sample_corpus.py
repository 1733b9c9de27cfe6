"""Sample corpus: form of passages and questions, and separation of the evaluation sets from training."""

import random
import re

import pytest

from textzoo.data import QAExample
from textzoo.data.sample_corpus import Pattern, SamplePassage, read_patterns, sample_corpus
from textzoo.data.sample_corpus.slot_kinds import KINDS, SlotKind, is_held_out

SETS = ["train", "held_out", "new_patterns", "new_domains"]
EVALUATION_SETS = SETS[1:]
NUMBER = re.compile(r"\d+月\d+日|\d+:\d+|\d+比\d+|\d+\.\d+|[A-Z]\d+|\d+")


@pytest.fixture(scope="module")
def corpus():
    return sample_corpus()


@pytest.fixture(scope="module")
def all_passages(corpus):
    return [passage for name in SETS for passage in getattr(corpus, name)]


def all_text(passage: SamplePassage) -> str:
    return passage.text + passage.title + "".join(question for question, _, _ in passage.pairs)


def patterns_of(passages) -> set[tuple[str, str]]:
    return {(passage.domain, passage.pattern) for passage in passages}


def test_counts(corpus):
    assert [len(getattr(corpus, name)) for name in SETS] == [4000, 200, 100, 100]


def test_passages_are_distinct(all_passages):
    assert len({passage.text for passage in all_passages}) == len(all_passages)


def test_answers_occur_once_in_the_passage(all_passages):
    for passage in all_passages:
        for _, answer, start in passage.pairs:
            assert passage.text[start : start + len(answer)] == answer
            assert passage.text.count(answer) == 1
            assert 1 <= len(answer) <= 16


def test_questions(all_passages):
    for passage in all_passages:
        questions = [question for question, _, _ in passage.pairs]
        assert 2 <= len(questions) <= 5
        assert len(set(questions)) == len(questions)
        for question, answer, _ in passage.pairs:
            assert question.endswith("？") and question.count("？") == 1 and len(question) <= 40
            assert answer not in question


def test_lengths_and_no_slot_left_open(all_passages):
    for passage in all_passages:
        assert 40 <= len(passage.text) <= 150
        assert 2 <= len(re.findall("[。！]", passage.text)) <= 5
        assert 1 <= len(passage.title) <= 24
        assert not re.search(r"[{}\[\]|~#=?]|[，。、：][，。、：]|\s", all_text(passage))


@pytest.mark.parametrize("name", EVALUATION_SETS)
def test_values_never_occur_in_training(corpus, name):
    trained = {value for passage in corpus.train for value in passage.values}
    evaluated = {value for passage in getattr(corpus, name) for value in passage.values}
    assert evaluated and not evaluated & trained


@pytest.mark.parametrize("name", EVALUATION_SETS)
def test_numbers_never_occur_in_training(corpus, name):
    trained = {number for passage in corpus.train for number in NUMBER.findall(passage.text.replace("5G", ""))}
    evaluated = {n for passage in getattr(corpus, name) for n in NUMBER.findall(passage.text.replace("5G", ""))}
    assert len(evaluated) > 50 and not evaluated & trained


def test_answers_except_ordinary_words_never_occur_in_training(corpus):
    words = {kind.form.format(kind.draw(random.Random(i))) for kind in KINDS.values() if kind.shared for i in range(99)}
    trained = {answer for passage in corpus.train for _, answer, _ in passage.pairs}
    for name in EVALUATION_SETS:
        answers = {answer for passage in getattr(corpus, name) for _, answer, _ in passage.pairs}
        assert answers & trained <= words


@pytest.mark.parametrize("seed", [0, 7])
def test_characters_of_held_out_passages_occur_in_training(seed):
    corpus = sample_corpus(seed=seed)
    seen = {character for passage in corpus.train for character in all_text(passage)}
    assert all(seen >= set(all_text(passage)) for passage in corpus.held_out)


def test_held_out_passages_share_patterns_with_training(corpus):
    assert patterns_of(corpus.held_out) == patterns_of(corpus.train)


def test_a_fifth_of_the_patterns_is_new(corpus):
    trained, new = patterns_of(corpus.train), patterns_of(corpus.new_patterns)
    assert not trained & new
    assert {domain for domain, _ in new} <= {domain for domain, _ in trained}
    assert len(new) == pytest.approx((len(trained) + len(new)) / 5, abs=1)


def test_two_domains_are_new(corpus):
    trained = {passage.domain for passage in corpus.train}
    new = {passage.domain for passage in corpus.new_domains}
    assert len(trained) >= 8 and len(new) == 2 and not trained & new
    assert all(len([p for p in patterns_of(corpus.new_domains) if p[0] == domain]) >= 5 for domain in new)


def test_the_seed_fixes_the_draw(corpus):
    assert sample_corpus() == corpus
    other = sample_corpus(seed=1)
    assert other.train != corpus.train and other.held_out != corpus.held_out


def test_small_corpus():
    corpus = sample_corpus(count=3, seed=2)
    assert len(corpus.train) == 3 and len(corpus.held_out) == 200


@pytest.mark.parametrize("count", [0, -4])
def test_bad_count(count):
    with pytest.raises(ValueError, match=f"Expected a count of 1 or more. Received: {count}"):
        sample_corpus(count)


def test_examples_of_a_passage(corpus):
    passage = corpus.train[0]
    examples = passage.examples()
    assert examples == [
        QAExample(passage.text, question, answer, start=start) for question, answer, start in passage.pairs
    ]


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if not kind.shared])
def test_every_kind_has_values_on_both_sides(name):
    rng = random.Random(0)
    cores = {KINDS[name].draw(rng) for _ in range(2000)}
    held_out = {core for core in cores if is_held_out(core)}
    assert len(held_out) >= 3
    assert len(held_out) <= len(cores) / 2


def test_core_is_drawn_from_one_side():
    kind = SlotKind(lambda rng: str(rng.randrange(1000)), "{}元")
    rng = random.Random(0)
    assert all(is_held_out(kind.core(rng, side)) is side for side in (True, False) for _ in range(50))


def test_read_patterns_and_the_forms_of_a_passage():
    text = (
        "= 一\n# {city}\n{city}的天气不错，[今天|今日]{hot}，大家可以放心出门走走，看看花草树木，听听鸟叫。\n"
        "~{road}通车。\n~[{street}封路。|]\nhot: {city}几度？\nstreet: 哪条街封路？\n\n"
        "= 二\n# 题\n一句话。"
    )
    first, second = read_patterns(text, "weather")
    assert isinstance(first, Pattern) and (first.domain, first.name, first.title) == ("weather", "一", "{city}")
    assert first.questions == {"hot": "{city}几度？", "street": "哪条街封路？"}
    assert second.sentences == ("一句话。",) and second.questions == {}
    rng = random.Random(0)
    drawn = [first.fill(rng) for _ in range(200)]
    assert {("今天" in p.text, "封路" in p.text) for p in drawn} == {
        (a, b) for a in (True, False) for b in (True, False)
    }
    assert {len(p.pairs) for p in drawn} == {1, 2}
    assert {p.text.index("通车") < p.text.index("封路") for p in drawn if "封路" in p.text} == {True, False}
    for passage in drawn:
        assert [start for _, _, start in passage.pairs] == sorted(start for _, _, start in passage.pairs)
        assert passage.pairs[0][0] == f"{passage.title}几度？"
