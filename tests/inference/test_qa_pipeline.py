"""The pipeline with a fake generator and a fake round-trip model."""

import dataclasses
import itertools
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import PairQuality, QAPair, ScoredQAPair, Tokenizer
from textzoo.inference import QAPipeline
from textzoo.metrics import answer_f1
from textzoo.models import ExtractiveAnswer, QAPreprocessor

LETTERS = "甲乙丙丁戊去来了谁？。，"
TOKENIZER = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS])


class Generator:
    """Generates a pair for each of 甲 to 戊 in a chunk, and stores the chunks in `texts`."""

    def __init__(self, length=12, question="谁来了{}？"):
        self.preprocessor = QAPreprocessor(
            TOKENIZER, max_source_length=length, max_answer_length=3, max_question_length=8
        )
        self.question, self.texts, self.batches = question, [], []

    def generate(self, texts, num_pairs, *, seed, batch_size, **options):
        self.texts += texts
        self.batches.append(len(texts))
        assert not options
        return [self._pairs(text)[:num_pairs] for text in texts]

    def _pairs(self, text):
        assert self.preprocessor.passage(text).text == text  # raises for a text that is too long
        pairs = []
        for position, letter in enumerate(text):
            if letter in "甲乙丙丁戊" and text.find(letter) == position:
                spans = tuple((i, i + 1) for i, other in enumerate(text) if other == letter)
                number = "甲乙丙丁戊".index(letter)
                question = self.question.format(position)
                pairs.append(
                    QAPair(
                        question,
                        letter,
                        start=position,
                        end=position + 1,
                        occurrences=spans,
                        answer_logprob=-1.0 - number,
                        question_logprob=-2.0 - number,
                        score=-0.1,
                    )
                )
        return pairs


class RoundTripModel:
    """Answers with `answers[question]`, else with the first character of the passage."""

    def __init__(self, answers=None, score=2.0):
        self.answers, self.score = answers or {}, score

    def answer(self, passages, questions, *, batch_size):
        assert len(passages) == len(questions) and all(questions)
        texts = [self.answers.get(question, passage[0]) for passage, question in zip(passages, questions, strict=True)]
        return [ExtractiveAnswer(text, start=0, end=len(text), score=self.score, no_answer_score=0.0) for text in texts]


QUESTION_NUMBERS = defaultdict(itertools.count().__next__)


def embedder(texts):
    """Embeds different questions as orthogonal vectors."""
    return None, [np.eye(1, 1024, QUESTION_NUMBERS[text]) for text in texts]


def pipeline(round_trip_model=None, generator=None, **thresholds):
    return QAPipeline(generator or Generator(), round_trip_model, embedder=embedder, **thresholds)


@given(st.text("甲乙丙丁戊去来了。，\n😀x", min_size=1, max_size=120), st.integers(6, 20))
@settings(max_examples=60)
def test_documents_are_read_whole_and_spans_are_those_of_the_document(document, length):
    generator = Generator(length)
    if not set(document) & set(LETTERS):
        with pytest.raises(ValueError, match="a document with known characters"):
            pipeline(generator=generator).generate(document)
        return
    pairs = pipeline(generator=generator).generate(document, num_pairs=9)
    assert all(document[pair.start : pair.end] == pair.answer for pair in pairs)
    assert all(document[start:end] == pair.answer for pair in pairs for start, end in pair.occurrences)
    assert {pair.answer for pair in pairs} == set(document) & set("甲乙丙丁戊")
    assert all(text in document for text in generator.texts)
    kept = [pair.rank for pair in pairs if pair.rejection_reason is None]
    assert kept == sorted(kept, reverse=True) and all(pair.rejection_reason is None for pair in pairs[: len(kept)])


def test_overlapping_chunks_do_not_repeat_a_pair():
    generator = Generator(8, "谁来了？")
    document = "甲来了。乙来了。丙来了。"
    pairs = pipeline(generator=generator, max_similarity=0.99).generate(document)
    assert len(generator.texts) > 2 and sum(map(len, generator.texts)) > len(document)
    asked = [(pair.question, pair.start) for pair in pairs if pair.rejection_reason is None]
    assert len(asked) == len(set(asked))


@given(st.text("甲乙丙丁去来了。", min_size=1, max_size=90).filter(lambda text: set(text) - {"。"}), st.integers(1, 5))
@settings(max_examples=40)
def test_streamed_pairs_are_those_of_generate_as_soon_as_they_are_settled(document, batch_size):
    generator = Generator(length=8, question="谁来了？")
    streaming = pipeline(generator=generator)
    expected = pipeline(generator=Generator(length=8, question="谁来了？")).generate(document, num_pairs=4)
    found, calls = [], []
    for pair in streaming.stream(document, num_pairs=4, batch_size=batch_size):
        found.append(pair)
        calls.append(len(generator.batches))
    assert sorted(found, key=repr) == sorted(expected, key=repr)
    if calls and len(generator.batches) > 3:
        assert calls[0] < len(generator.batches)


def test_round_trip_rank_and_reasons():
    generator = Generator(20, "谁来了{}？")
    model = RoundTripModel({"谁来了0？": "甲", "谁来了1？": "乙去", "谁来了2？": "丁"})
    pairs = {pair.answer: pair for pair in pipeline(model, generator).generate("甲乙丙来了。")}
    assert [pairs[name].round_trip for name in "甲乙丙"] == [1.0, pytest.approx(2 / 3), 0.0]
    assert [pairs[name].rejection_reason for name in "甲乙丙"] == [None, None, "round trip"]
    assert [pairs[name].round_trip_answer for name in "甲乙丙"] == ["甲", "乙去", "丁"]
    log_answerable = math.log(1 / (1 + math.exp(-2.0)))
    for name, f1 in (("甲", 1.0), ("乙", answer_f1("乙去", "乙")), ("丙", 0.01)):
        assert pairs[name].rank == pytest.approx(-0.1 + math.log(f1) + log_answerable)
    exact = pipeline(model, generator, min_round_trip=1.0).generate("甲乙丙来了。")
    assert [pair.answer for pair in exact if pair.rejection_reason is None] == ["甲"]
    assert [pair.answer for pair in exact] == ["甲", "乙", "丙"]


def test_a_round_trip_model_without_an_answer_rejects():
    (pair,) = pipeline(RoundTripModel(score=-1.0), Generator(20)).generate("甲来了。")
    assert (pair.round_trip_answer, pair.round_trip, pair.rejection_reason) == ("", 0.0, "round trip")


def test_thresholds_of_log_probabilities():
    pairs = pipeline(min_answer_logprob=-2.5, min_question_logprob=-2.5, generator=Generator(20)).generate(
        "丙甲乙去了。"
    )
    reasons = {pair.answer: pair.rejection_reason for pair in pairs}
    assert reasons == {"甲": None, "乙": "improbable question", "丙": "improbable answer"}
    assert all(pair.round_trip_answer is None and pair.round_trip is None and pair.rank == -0.1 for pair in pairs)


@pytest.mark.parametrize(
    ("question", "reason"),
    [("", "empty question"), ("甲", "question is the answer"), ("甲去了？", "question holds the answer")],
)
def test_form_of_the_question(question, reason):
    (pair,) = pipeline(RoundTripModel(), Generator(20, question)).generate("甲来了。")
    assert pair.rejection_reason == reason and (pair.round_trip is None) == (question == "")


def test_documents_come_one_by_one_and_are_read_as_needed():
    consumed = []

    def documents():
        for number in range(40):
            consumed.append(number)
            yield "甲来了。乙去了。丙来了。" if number % 2 else "丁来了。"

    generator = Generator(8)
    results = pipeline(generator=generator).generate(documents(), batch_size=1, num_pairs=3)
    first = next(results)
    assert len(consumed) < 10 and max(generator.batches) <= 4
    rest = list(results)
    assert len(rest) == 39
    assert [first, rest[0]] == [
        pipeline(generator=Generator(8)).generate(text, num_pairs=3)
        for text in ("丁来了。", "甲来了。乙去了。丙来了。")
    ]


def test_a_pair_carries_all_of_its_scores():
    (pair,) = pipeline(generator=Generator(20)).generate("甲来了。")
    assert isinstance(pair, ScoredQAPair)
    assert dataclasses.asdict(pair) == {
        "question": "谁来了0？",
        "answer": "甲",
        "start": 0,
        "end": 1,
        "occurrences": ((0, 1),),
        "answer_logprob": -1.0,
        "question_logprob": -2.0,
        "score": -0.1,
        "round_trip_answer": None,
        "round_trip": None,
        "probability": None,
        "rank": -0.1,
        "rejection_reason": None,
    }


def test_a_quality_ranks_and_rejects():
    quality = PairQuality(3.0, {"question_logprob": 1.0, "round_trip": 2.0}, min_probability=0.6)
    reader = RoundTripModel({f"谁来了{4 * i}？": "甲乙丙丁戊"[i] for i in range(5)})
    made = pipeline(reader, Generator(40), quality=quality)
    pairs = made.generate("甲来了。乙去了。丙来了。丁去了。戊来了。")
    logits = {"甲乙丙丁戊"[i]: 3.0 - 2 - i + 2.0 for i in range(5)}  # log-probabilities of the questions: -2 to -6
    assert {pair.answer: pair.probability for pair in pairs} == pytest.approx(
        {answer: 1 / (1 + math.exp(-logit)) for answer, logit in logits.items()}
    )
    assert all(pair.rank == math.log(pair.probability) for pair in pairs)
    assert {pair.answer: pair.rejection_reason for pair in pairs} == {
        "甲": None,
        "乙": None,
        "丙": None,
        "丁": "improbable pair",
        "戊": "improbable pair",
    }


def test_bad_thresholds():
    with pytest.raises(ValueError, match=r"min_round_trip in \[0, 1\]. Received: 1.5"):
        pipeline(min_round_trip=1.5)
    with pytest.raises(ValueError, match=r"max_similarity in \[-1, 1\]. Received: 2"):
        pipeline(max_similarity=2)
    with pytest.raises(ValueError, match="min_probability needs quality"):
        pipeline(min_probability=0.5)
