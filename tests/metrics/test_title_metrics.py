"""Figures of titles, by hand."""

import numpy as np
import pytest

from textzoo.metrics import bleu_4, chrf, rouge_l, rouge_n, title_metrics


def test_figures():
    titles, references = ["小李讲课", "Rain"], ["小李讲课了", "Rain today it rains"]
    texts = ["小李，在图书馆讲课，来了两百人。", "It rains: it's said that rain stays."]
    figures = title_metrics(titles, references, texts)
    assert (figures.titles, figures.lead_k) == (2, 4)
    leads = ["小李，在图", "It rains: it's said "]
    for prefix, mine in (("", titles), ("lead_", leads)):
        overlap = [rouge_l(a, b) for a, b in zip(mine, references, strict=True)]
        grams = [sum(rouge_n(a, b, n) for a, b in zip(mine, references, strict=True)) / 2 for n in (1, 2)]
        expected = [*grams, sum(overlap) / 2, bleu_4(mine, references), chrf(mine, references)]
        found = [getattr(figures, prefix + name) for name in ("rouge_1", "rouge_2", "rouge_l", "bleu_4", "chrf")]
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(figures.length_ratio, (4 / 5 + 1 / 4) / 2)


def test_right_titles_and_short_articles():
    figures = title_metrics(["小李讲课"], ["小李讲课"], ["小李"])
    np.testing.assert_allclose([figures.rouge_l, figures.bleu_4, figures.chrf, figures.length_ratio], 1)
    np.testing.assert_allclose(figures.lead_rouge_l, 2 / 3)
    assert title_metrics([""], ["！"], ["小李"]).length_ratio == 0


@pytest.mark.parametrize("arguments", [([], [], []), (["a"], ["a", "b"], ["a"]), (["a"], ["a"], [])])
def test_bad_input(arguments):
    with pytest.raises(ValueError, match="Expected a title, a reference and a text"):
        title_metrics(*arguments)
