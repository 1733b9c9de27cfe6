"""Metrics of titles, by hand."""

import numpy as np
import pytest

from textzoo.metrics import bleu_4, chrf, rouge_l, rouge_n, title_metrics


def test_metrics_equal_those_of_each_title():
    titles, references = ["小李讲课", "Rain"], ["小李讲课了", "Rain today it rains"]
    texts = ["小李，在图书馆讲课，来了两百人。", "It rains: it's said that rain stays."]
    metrics = title_metrics(titles, references, texts=texts)
    assert (metrics.titles, metrics.lead_k) == (2, 4)
    leads = ["小李，在图", "It rains: it's said "]
    for prefix, predictions in (("", titles), ("lead_", leads)):
        rouge_scores = [rouge_l(a, b) for a, b in zip(predictions, references, strict=True)]
        ngram_scores = [
            sum(rouge_n(a, b, n=n) for a, b in zip(predictions, references, strict=True)) / 2 for n in (1, 2)
        ]
        expected = [
            *ngram_scores,
            sum(rouge_scores) / 2,
            bleu_4(predictions, references),
            chrf(predictions, references),
        ]
        scores = [getattr(metrics, prefix + name) for name in ("rouge_1", "rouge_2", "rouge_l", "bleu_4", "chrf")]
        np.testing.assert_allclose(scores, expected, rtol=1e-12)
    np.testing.assert_allclose(metrics.length_ratio, (4 / 5 + 1 / 4) / 2)


def test_correct_titles_and_short_articles():
    metrics = title_metrics(["小李讲课"], ["小李讲课"], texts=["小李"])
    np.testing.assert_allclose([metrics.rouge_l, metrics.bleu_4, metrics.chrf, metrics.length_ratio], 1)
    np.testing.assert_allclose(metrics.lead_rouge_l, 2 / 3)
    assert title_metrics([""], ["！"], texts=["小李"]).length_ratio == 0


@pytest.mark.parametrize(
    ("titles", "references", "texts"), [([], [], []), (["a"], ["a", "b"], ["a"]), (["a"], ["a"], [])]
)
def test_bad_input(titles, references, texts):
    with pytest.raises(ValueError, match="Expected a title, a reference and a text for each article"):
        title_metrics(titles, references, texts=texts)
