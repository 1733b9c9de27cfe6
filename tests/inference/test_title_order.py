"""The best title is the best of those that are well-formed."""

import pytest

from tests.serving.random_presets import write_presets
from textzoo.data.text.generated_form import form_fault
from textzoo.models import TitleGenerator

TEXTS = ["小李昨天在北京大学讲课，来了两百人。", "王明今天去上海图书馆。", "北京大学在北京，王明在大学讲课。"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return TitleGenerator.from_preset(write_presets(tmp_path_factory.mktemp("presets"))[0], engine="light")


def test_titles_with_a_fault_follow_the_others(model):
    options = {"num_beams": 8, "length_penalty": 1.0, "no_repeat_ngram_size": 0}
    titles = model.generate(TEXTS, num_titles=8, **options)
    for text, found, beams in zip(TEXTS, titles, model.generate(TEXTS, all_beams=True, **options), strict=True):
        by_score = [next(beam for beam in beams if beam.text == text) for text in dict.fromkeys(b.text for b in beams)]
        faults = [form_fault(title.text, text) is not None for title in by_score]
        assert found == [by_score[row] for row in sorted(range(len(faults)), key=lambda row: (faults[row], row))]
    assert [row[0] for row in titles] == model.generate(TEXTS, **options)
    assert any(row[0].score < max(title.score for title in row) for row in titles)


def test_search_trees_have_the_titles_of_generate(model):
    options = {"num_beams": 8, "length_penalty": 1.0, "min_length": 3, "no_repeat_ngram_size": 1, "pairing": "all"}
    for text, expected in zip(TEXTS, model.generate(TEXTS, num_titles=8, **options), strict=True):
        titles, trees = model.explain(text, **options)
        assert [title.text for title in titles] == [title.text for title in expected]
        marked = {direction: [node.token for node in tree if node.best] for direction, tree in trees.items()}
        tokens = marked.pop(titles[0].direction)
        assert "".join(tokens if titles[0].direction == "left_to_right" else tokens[::-1]) == titles[0].text
        assert list(marked.values()) == [[]]
