"""Agreement of both directions: against all titles of a tiny vocabulary, scored one by one from each side."""

import itertools

import numpy as np
import pytest
from keras import ops

from tests.inference import saved_models
from tests.models.same_results import assert_same_results
from textzoo.data import Tokenizer
from textzoo.data.tasks import title_agreement
from textzoo.data.tasks.title_generation import DIRECTIONS
from textzoo.models import TitleGenerator
from textzoo.models.encoder_state import BidirectionalContext

ARTICLES = ["甲乙丙甲", "丙乙"]
LETTERS = "甲乙丙"
START_IDS, END_ID, MAX_LENGTH = (5, 6), 3, 2


@pytest.fixture
def tiny_vocabulary(monkeypatch):
    monkeypatch.setattr(saved_models, "tokenizer", lambda: Tokenizer([*saved_models.SPECIAL, *LETTERS]))


def log_probs(model, article, titles):
    """Sums the log-probabilities of titles in float64, `[titles, 2]`; the stream of the other side is empty."""
    source = model.unilm.encode(np.repeat(model.preprocessor.source(article)[None], len(titles), axis=0))
    context = BidirectionalContext(model.fusions, START_IDS)
    sums = np.zeros((len(titles), 2))
    for direction in (0, 1):
        written = [list(ids)[:: -1 if direction else 1] for ids in titles]
        targets = np.zeros((len(titles), 2, MAX_LENGTH + 1), "int32")
        targets[:, :, 0] = START_IDS
        for row, ids in enumerate(written):
            targets[row, direction, 1 : len(ids) + 1] = ids
        logits = model.unilm.extend(targets, source, bidirectional_context=context)[0]
        logits = np.asarray(logits, "float64")[:, direction]
        logits = np.where(model.preprocessor.tokenizer.is_generatable, logits, -np.inf)
        normalized = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        for row, ids in enumerate(written):
            sums[row, direction] = sum(normalized[row, step, token] for step, token in enumerate([*ids, END_ID]))
    return sums


@pytest.mark.parametrize("fusion", ["nonlinear", pytest.param("gate", marks=pytest.mark.slow)])
@pytest.mark.usefixtures("tiny_vocabulary")
def test_agreement_ranks_all_titles_by_the_sum_of_both_directions(fusion, tmp_path):
    model = saved_models.title_generator(decoder="bidirectional", fusion=fusion, fusion_weight=0.7, copy_head=True)
    tokenizer = model.preprocessor.tokenizer
    titles = [ids for n in (1, 2) for ids in itertools.product(tokenizer.tokenize(LETTERS).ids, repeat=n)]
    options = {"num_beams": 24, "max_length": MAX_LENGTH, "all_beams": True}
    found = model.generate(ARTICLES, agreement_weight=0.5, length_penalty=0.0, **options)
    for article, ranked in zip(ARTICLES, found, strict=True):
        texts = [tokenizer.decode(ids).replace(" ", "") for ids in titles]
        by_hand = dict(zip(texts, log_probs(model, article, titles).tolist(), strict=True))
        assert [title.text for title in ranked] == sorted(by_hand, key=lambda text: -sum(by_hand[text]))
        for title in ranked:
            both = by_hand[title.text]
            np.testing.assert_allclose((title.left_to_right_logprob, title.right_to_left_logprob), both, atol=1e-4)
            np.testing.assert_allclose(title.score, sum(both) / 2, atol=1e-4)
    weighted = model.generate(ARTICLES[-1], agreement_weight=0.25, length_penalty=1.2, **options)
    for title in weighted:
        left, right = by_hand[title.text]
        score = (0.75 * left + 0.25 * right) / ((6 + len(title.text)) / 6) ** 1.2
        np.testing.assert_allclose(title.score, score, atol=1e-4)
    assert [title.score for title in weighted] == sorted((title.score for title in weighted), reverse=True)
    model.save_to_preset(tmp_path)
    loaded = TitleGenerator.from_preset(tmp_path)
    assert_same_results(loaded.generate(ARTICLES[1], agreement_weight=0.5, length_penalty=0.0, **options), found[1])


def test_each_title_is_scored_once_by_the_direction_that_has_not_written_it(monkeypatch):
    model = saved_models.title_generator(decoder="bidirectional", copy_head=True)
    scored, streams = [], title_agreement.candidate_streams
    monkeypatch.setattr(
        "textzoo.models.title.title_decoder.candidate_streams",
        lambda candidates, **options: scored.extend(candidates) or streams(candidates, **options),
    )
    options = {"num_beams": 6, "max_length": 4, "all_beams": True, "agreement_weight": 0.5}
    ranked = model.generate(saved_models.TEXTS, **options)
    decode = model.preprocessor.tokenizer.decode
    by_scorer = [[sorted(decode(ids).replace(" ", "") for ids in titles) for titles in groups] for groups in scored]
    written = [
        [sorted(title.text for title in titles if title.direction != scorer) for scorer in DIRECTIONS[:2]]
        for titles in ranked
    ]
    assert sorted(by_scorer) == sorted(written)
    assert sum(map(len, ranked)) == sum(len(titles) for groups in scored for titles in groups)
    assert all(len({tuple(ids) for ids in [*left, *right]}) == len(left) + len(right) for left, right in scored)
    assert_same_results(model.generate(saved_models.TEXTS[1], **options), ranked[1])


def test_the_directions_write_apart():
    """Where directions see no more than each other's start token, titles are the same without agreement."""
    model = saved_models.title_generator(decoder="bidirectional", lookahead=0, copy_head=True, source_prior=True)
    options = {"num_beams": 4, "all_beams": True, "length_penalty": 0.0}
    scores = {(title.text, title.direction): title.score for title in model.generate(saved_models.TEXTS[0], **options)}
    agreed = model.generate(saved_models.TEXTS[0], agreement_weight=0.5, **options)
    assert {title.text for title in agreed} == {text for text, _ in scores}
    for title in agreed:
        own = title.left_to_right_logprob if title.direction == "left_to_right" else title.right_to_left_logprob
        np.testing.assert_allclose(own, scores[title.text, title.direction], atol=1e-6)
    seeing = saved_models.title_generator(decoder="bidirectional", fusion_weight=0.9, copy_head=True, source_prior=True)
    blind = saved_models.title_generator(
        decoder="bidirectional", fusion_weight=0.9, copy_head=True, source_prior=True, lookahead=0
    )
    blind.set_weights(seeing.get_weights())
    options |= {"agreement_weight": 0.5}
    assert_same_results(
        seeing.generate(saved_models.TEXTS[0], **options), blind.generate(saved_models.TEXTS[0], **options)
    )


@pytest.mark.graph
def test_padding_does_not_change_a_score(tmp_path):
    """Batches of other sizes, and candidates of other numbers and lengths, in one compiled function and by graphs."""
    model = saved_models.title_generator(decoder="bidirectional", copy_head=True)
    decoder = model.title_decoder(False, 2)
    source = decoder.encode(decoder.pad([model.preprocessor.source(text) for text in saved_models.TEXTS]))
    candidates = [([[7, 8, 9], [10]], [[7]]), ([], [[7]]), ([[12, 9]], [[8] * 12, [11]])]
    together = ops.convert_to_numpy(decoder.score(source, candidates))
    assert together.shape == (4, 2, 2) and not together[3].any() and not together[1, 0].any()
    model.save_to_preset(tmp_path)
    light = TitleGenerator.from_preset(tmp_path, engine="light").title_decoder(False, 2)
    light_source = light.encode(light.pad([model.preprocessor.source(text) for text in saved_models.TEXTS]))
    np.testing.assert_allclose(light.score(light_source, candidates), together[:3], atol=1e-4)
    for row, directions in enumerate(candidates):
        source = decoder.encode(decoder.pad([model.preprocessor.source(saved_models.TEXTS[row])]))
        for direction, titles in enumerate(directions):
            for rank, ids in enumerate(titles):
                alone = ops.convert_to_numpy(decoder.score(source, [([ids], []) if direction == 0 else ([], [ids])]))
                np.testing.assert_allclose(alone[0, direction, 0], together[row, direction, rank], atol=1e-4)


def test_agreement_excludes_attention_to_all_beams():
    with pytest.raises(ValueError, match="pairing 'all' and agreement_weight exclude each other"):
        saved_models.title_generator(decoder="bidirectional").generate(ARTICLES[0], agreement_weight=0.5, pairing="all")


@pytest.mark.parametrize(
    ("decoder", "weight", "message"),
    [
        ("bidirectional", 1.5, "agreement_weight from 0 to 1. Received: 1.5"),
        ("bidirectional", float("nan"), "agreement_weight from 0 to 1. Received: nan"),
        ("bidirectional", "half", "agreement_weight from 0 to 1. Received: 'half'"),
        ("bidirectional", True, "agreement_weight from 0 to 1. Received: True"),
        ("left_to_right", 0.5, "a bidirectional model for agreement_weight. Received: 'left_to_right'"),
        ("from_both_ends", 0.5, "a bidirectional model for agreement_weight. Received: 'from_both_ends'"),
    ],
)
def test_bad_weights(decoder, weight, message):
    with pytest.raises(ValueError, match=message):
        saved_models.title_generator(decoder=decoder).generate(ARTICLES[0], agreement_weight=weight)
