"""Arguments of other types: every public function that takes texts, lists, numbers or paths names the wrong one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from textzoo import data, inference, layers, metrics, models, reports, training
from textzoo.data import MultiLabelExample, QAExample, TitleExample, Tokenizer

PASSAGE = "小李在北京讲课。"
TOKENIZER = Tokenizer(data.build_vocabulary([PASSAGE], min_frequency=1))
QA, TITLE = QAExample(PASSAGE, "谁？", "小李", 0), TitleExample(PASSAGE, "小李讲课")
PAIRS, LABELS, LOGITS = [[("谁？", "小李")]], np.array([[1, 0], [0, 1]]), np.array([[1.0, -1.0], [-1.0, 2.0]])
PAGE = [reports.QAPassage(PASSAGE, ())]
MLM, TITLES = models.MaskedLMPreprocessor(TOKENIZER, max_length=9), models.TitlePreprocessor(TOKENIZER)

SURROGATE = "\ud800"
TEXT: list[Any] = [None, 5, b"x", Path("x"), ["x"], SURROGATE]
TEXTS: list[Any] = [None, 5, "x", b"x", {"x": 1}, [None], [5], [b"x"], [SURROGATE]]
REFERENCES: list[Any] = [None, 5, b"x", [None], [5], SURROGATE, [SURROGATE]]
LISTS: list[Any] = [None, 5, "x", b"x", ["x"], [None], [[None]], [5]]
EXAMPLES: list[Any] = [None, 5, "x", b"x", [None], ["x"]]
OBJECT: list[Any] = [None, 5, "x", b"x", ["x"]]
PATH: list[Any] = [None, 5, b"x", ["x"], SURROGATE, "a\0b"]
COUNT: list[Any] = ["1", 1.5, True, [1], b"1"]
NUMBER: list[Any] = ["1", True, [1], b"1"]
ARRAY: list[Any] = [None, 5, "x", b"x", [None], [[1], [1, 2]]]

CALLS: list[tuple[Any, dict[str, Any], dict[str, list[Any]]]] = [
    (QAExample, {"passage": PASSAGE, "question": "谁？", "answer": "小李", "start": 0},
     {"passage": TEXT, "question": TEXT, "answer": TEXT, "start": COUNT, "answers": TEXTS}),
    (TitleExample, {"text": PASSAGE, "title": "小李"}, {"text": TEXT, "title": TEXT}),
    (MultiLabelExample, {"text": PASSAGE}, {"text": TEXT, "labels": TEXTS}),
    (data.locate_answer, {"passage": PASSAGE, "answer": "小李"}, {"passage": TEXT, "answer": TEXT, "start": COUNT}),
    (data.answer_span, {"passage": PASSAGE, "answer": "小李"}, {"passage": TEXT}),
    (data.chunk_passage, {"passage": PASSAGE, "tokenizer": TOKENIZER, "max_tokens": 4},
     {"passage": TEXT, "tokenizer": OBJECT, "max_tokens": COUNT, "overlap": COUNT}),
    (data.cloze_pairs, {"passage": PASSAGE}, {"passage": TEXT}),
    (data.encode_passage, {"text": PASSAGE, "tokenizer": TOKENIZER, "max_length": 20},
     {"text": TEXT, "tokenizer": OBJECT, "max_length": COUNT}),
    (data.group_sentences, {"text": PASSAGE}, {"text": TEXT, "max_characters": COUNT}),
    (data.metric_units, {"text": PASSAGE}, {"text": TEXT}),
    (data.text_units, {"text": PASSAGE}, {"text": TEXT}),
    (data.normalize_answer, {"answer": PASSAGE}, {"answer": TEXT}),
    (data.validate_answer, {"answer": "小李"}, {"answer": TEXT}),
    (data.validate_question, {"question": "谁？", "answer": "小李"}, {"question": TEXT, "answer": TEXT}),
    (data.detokenize, {"words": ["a", "b"]}, {"words": TEXTS}),
    (data.passage_rng, {"seed": 0, "text": PASSAGE}, {"seed": COUNT, "text": TEXT}),
    (data.build_vocabulary, {"texts": [PASSAGE]}, {"texts": TEXTS, "size": COUNT, "min_frequency": COUNT}),
    (data.tokenize_texts, {"texts": [PASSAGE], "tokenizer": TOKENIZER, "max_tokens": 9},
     {"texts": TEXTS, "tokenizer": OBJECT, "max_tokens": COUNT}),
    (data.PackedTexts, {"texts": [PASSAGE], "tokenizer": TOKENIZER, "max_length": 9},
     {"texts": TEXTS, "tokenizer": OBJECT, "max_length": COUNT}),
    (data.qa_statistics, {"examples": [QA], "tokenizer": TOKENIZER}, {"examples": EXAMPLES, "tokenizer": OBJECT}),
    (data.retrieval_triples,
     {"examples": [QA], "passages": [PASSAGE], "rank": lambda queries, _: [[0] for _ in queries], "num_negatives": 1},
     {"examples": EXAMPLES, "passages": TEXTS, "rank": OBJECT, "num_negatives": COUNT}),
    (data.sample_corpus, {"count": 1}, {"count": COUNT, "seed": COUNT}),
    (Tokenizer, {"tokens": TOKENIZER.tokens}, {"tokens": TEXTS}),
    (TOKENIZER.encode, {"text": PASSAGE}, {"text": TEXT[:-1]}),
    (TOKENIZER.tokenize, {"text": PASSAGE}, {"text": TEXT[:-1]}),
    (TOKENIZER.decode, {"ids": [5, 6]}, {"ids": EXAMPLES}),
    *((read, {}, {"path": PATH}) for read in (data.read_qa, data.read_titles, data.read_multilabel, data.read_corpus)),
    *((read, {}, {"source": PATH}) for read in (data.read_texts, data.open_text)),
    *((f1, {"prediction": "a", "reference": "b"}, {"prediction": TEXT, "reference": TEXT})
      for f1 in (metrics.answer_f1, metrics.character_f1)),
    *((score, {"predictions": ["a"], "references": ["b"]}, {"predictions": TEXTS, "references": TEXTS})
      for score in (metrics.bleu_4, metrics.chrf)),
    (metrics.rouge_l, {"prediction": "a", "references": ["b"]}, {"prediction": TEXT, "references": REFERENCES}),
    (metrics.rouge_n, {"prediction": "a", "references": "b", "n": 1},
     {"prediction": TEXT, "references": REFERENCES, "n": COUNT}),
    (metrics.answer_recall, {"generated": [["a"]], "references": [["a"]], "k": 1},
     {"generated": LISTS, "references": LISTS, "k": COUNT}),
    (metrics.extractive_qa_metrics, {"predictions": ["a"], "references": [["a"]]},
     {"predictions": TEXTS, "references": LISTS}),
    (metrics.distinct, {"texts": ["a b"]}, {"texts": TEXTS, "n": COUNT}),
    (metrics.duplicate_fraction, {"items": ["a"]}, {"items": [None, 5, "x", b"x", [[]]]}),
    (metrics.lead_baseline, {"text": PASSAGE, "k": 3}, {"text": TEXT, "k": COUNT}),
    *((score, {"generated": PAIRS, "references": PAIRS}, {"generated": LISTS, "references": LISTS})
      for score in (metrics.qa_agreement, metrics.qa_aligned_f1)),
    *((score, {"y_true": LABELS, "logits": LOGITS}, {"y_true": ARRAY, "logits": ARRAY})
      for score in (metrics.label_thresholds, metrics.best_threshold, metrics.score_histogram)),
    *((score, {"y_true": LABELS, "logits": LOGITS, "labels": ["a", "b"]},
       {"y_true": ARRAY, "logits": ARRAY, "labels": TEXTS})
      for score in (metrics.label_table, metrics.multilabel_metrics)),
    (reports.QAPassage, {"text": PASSAGE, "pairs": ()}, {"text": TEXT, "pairs": [None, 5, "x"]}),
    *((page, {"passages": PAGE, "title": "t"}, {"passages": EXAMPLES, "title": TEXT})
      for page in (reports.qa_page, reports.review_page)),
    *((preprocessor, {"tokenizer": TOKENIZER}, {"tokenizer": OBJECT}) for preprocessor in (
        models.QAPreprocessor, models.TitlePreprocessor, models.MaskedLMPreprocessor, models.GapSentencePreprocessor,
        models.ExtractiveQAPreprocessor)),
    (models.MultiLabelPreprocessor, {"tokenizer": TOKENIZER, "labels": ["a"]},
     {"tokenizer": OBJECT, "labels": TEXTS, "max_length": COUNT}),
    (models.TitleTrainingData, {"examples": [TITLE], "preprocessor": TITLES},
     {"examples": EXAMPLES, "preprocessor": OBJECT}),
    (models.MaskedLMTrainingData, {"texts": [PASSAGE], "preprocessor": MLM}, {"texts": TEXTS, "preprocessor": OBJECT}),
    *((model, {}, {"encoder": OBJECT}) for model in (
        models.ContextualEmbedder, models.UniLM, models.QAGenerator, models.TitleGenerator, models.MaskedLM,
        models.GapSentenceLM, models.ExtractiveQA, models.MultiLabelClassifier)),
    (models.add_words, {"words": []}, {"encoder": OBJECT}),
    (models.adamw, {}, {"weight_decay": NUMBER, "gradient_accumulation_steps": COUNT}),
    (training.enable_lora, {"rank": 1}, {"model": OBJECT}),
    (training.WarmupLinearDecay, {"peak": 0.1, "total_steps": 9}, {"peak": NUMBER, "total_steps": COUNT}),
    (layers.SAU, {}, {"negative_slope": NUMBER, "width": NUMBER}),
    (layers.SmoothReLU, {}, {"kernel": OBJECT[:2], "width": NUMBER}),
    (inference.QAPipeline, {"generator": None, "embedder": len}, {"min_round_trip": NUMBER, "quality": OBJECT[1:]}),
]  # fmt: skip
CASES = [(function, right, name, wrong) for function, right, values in CALLS for name, wrong in values.items()]


def call(function: Any, arguments: dict[str, Any]) -> Any:
    result = function(**arguments)
    return list(result) if isinstance(result, Iterator) else result


@pytest.mark.parametrize(
    ("function", "right", "name", "values"), CASES, ids=[f"{case[0].__qualname__}-{case[2]}" for case in CASES]
)
def test_the_wrong_argument_is_named(function, right, name, values):
    for value in values:
        with pytest.raises(ValueError, match=f"^Expected {name} to be an? .*. Received: "):
            call(function, right | {name: value})


@pytest.mark.parametrize("texts", [["a"], ("a",), {"a"}, np.array(["a"]), iter(["a"])], ids=lambda t: type(t).__name__)
def test_a_list_may_be_any_iterable(texts):
    assert "a" in data.build_vocabulary(texts, min_frequency=1)
