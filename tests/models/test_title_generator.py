"""Titles: what is told cannot be learned, cached steps are one pass, three decoders train, save and generate."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from textzoo.data import TitleExample, Tokenizer, build_vocabulary
from textzoo.models import Encoder, TitleGenerator, TitlePreprocessor
from textzoo.models.encoder import TwoWay
from textzoo.models.title_records import TitleRecords

ARTICLES = ["小李在上海的图书馆讲课，来了两百人。", "周三下午，平湖大学修缮了一座木塔。", "Zoë opened a café in 2019."]
TITLES = ["小李图书馆讲课", "平湖大学修木塔", "Zoë opens café"]
EXAMPLES = [TitleExample(text, title) for text, title in zip(ARTICLES, TITLES, strict=True)]
START_IDS = (5, 6)
DECODERS = ["left_to_right", "bidirectional", "from_both_ends"]


def small_model(decoder, layers=2, hidden_size=16, **options):
    keras.utils.set_random_seed(3)
    tokenizer = Tokenizer(build_vocabulary([*ARTICLES, *TITLES]))
    shape = hidden_size, layers, 2, 2 * hidden_size, 96
    encoder = Encoder(tokenizer.vocab_size, *shape, initializer_range=0.3, dropout=0.0, attention_dropout=0.0)
    return TitleGenerator(encoder, TitlePreprocessor(tokenizer, 48, 12), decoder, **options)


def told(model, records, monkeypatch) -> np.ndarray:
    """For each record the largest derivative of what counts by the input vectors of the gold token it shall predict."""
    width = max(record["target_ids"].shape[-1] for record in records) + 2
    batch = {
        key: np.stack([np.pad(record[key], [(0, 0), (0, width - record[key].shape[-1])]) for record in records])
        for key in ("target_ids", "labels", "weights")
    }
    source = model.unilm.read(np.stack([record["source_ids"] for record in records]))
    two_way = TwoWay(model.fusions, START_IDS, np.array([record["horizons"] for record in records], "int32"))
    nudge = tf.Variable(tf.zeros((*batch["target_ids"].shape, model.encoder.hidden_size)))
    embed = model.encoder._embed
    monkeypatch.setattr(model.encoder, "_embed", lambda *args: embed(*args) + nudge)
    last = batch["target_ids"].shape[1] - 1  # drafts between the two that learn are guesses, free to be seen
    counted = batch["weights"] > 0
    with tf.GradientTape(persistent=True) as tape:
        logits = model.unilm.write(batch["target_ids"], source, two_way=two_way)[0][:, ::last]
        squares = tf.reduce_sum(tf.square(logits), axis=-1) * counted
        predictions = {place: tf.reduce_sum(squares[:, *place]) for place in np.ndindex(2, width)}
    worst = np.zeros(len(records))
    for place, prediction in predictions.items():
        slopes = np.abs(tape.gradient(prediction, nudge).numpy()[:, ::last]).max(axis=-1)
        gold = batch["target_ids"][:, ::last] == batch["labels"][:, *place][:, None, None]
        gold &= counted[:, *place][:, None, None]
        worst = np.maximum(worst, (slopes * gold).max(axis=(1, 2)))
    assert counted.any(axis=(1, 2)).all()
    return worst


def leak_records(model, cure):
    """Titles of 1 to 9 distinct tokens, padded to one length, and of the cure `mask` every horizon that is drawn."""
    letters = [token for token in model.preprocessor.tokenizer.tokens if len(token) == 1 and token > "一"]
    records = {}
    for n in range(1, 10):
        title, draft = "".join(letters[:n]), "".join(letters[9 : 9 + n])
        examples = [TitleExample(ARTICLES[0], title, drafts=(draft, draft) if cure == "two_pass" else None)]
        for seed in range(40 if cure == "mask" else 1):
            record = TitleRecords(examples, model.preprocessor, model.decoder, cure, 9, seed)[0]
            records[n, int(record["horizons"])] = record
    return records


@pytest.mark.parametrize(
    ("decoder", "cure"), [("bidirectional", "mask"), ("bidirectional", "two_pass"), ("from_both_ends", "none")]
)
def test_nothing_that_counts_is_told(decoder, cure, monkeypatch):
    model = small_model(decoder, layers=4, hidden_size=8, cure=cure, fusion="linear", fusion_weight=1.0)
    records = leak_records(model, cure)
    if cure == "mask":
        assert set(records) == {(n, h) for n in range(1, 10) for h in range(n // 2 + 1)}
    np.testing.assert_array_equal(told(model, list(records.values()), monkeypatch), 0)


def test_without_a_cure_the_other_direction_tells(monkeypatch):
    model = small_model("bidirectional", layers=4, hidden_size=8, cure="none", fusion="linear", fusion_weight=1.0)
    slopes = told(model, list(leak_records(model, "none").values()), monkeypatch)
    assert slopes[0] == 0 and (slopes[1:] > 1e-4).all()  # of one token each side sees but the other's start


@pytest.mark.parametrize("fusion", ["linear", "nonlinear", "gate"])
def test_cached_steps_are_one_pass(fusion):
    model = small_model("bidirectional", fusion=fusion, fusion_weight=0.7, copy_head=True)
    source = model.unilm.read(np.stack([np.pad(model.preprocessor.source(ARTICLES[0]), (0, 5))]))
    ids = np.array([[[5, 9, 8, 12], [6, 11, 10, 9]]])
    two_way = TwoWay(model.fusions, START_IDS, np.array([2], "int32"))
    at_once = model.unilm.write(ids, source, two_way=two_way)[0]
    past, steps = model.encoder.make_past(1, 2, 4), []
    for i in range(4):
        logits, past = model.unilm.write(ids[:, :, i : i + 1], source, past, i, None, two_way)
        steps.append(logits)
    np.testing.assert_allclose(ops.concatenate(steps, axis=2), at_once, atol=1e-4)


@pytest.mark.parametrize("fusion", ["linear", "nonlinear", "gate"])
def test_what_is_written_is_seen_and_what_is_not_is_not(fusion):
    model = small_model("bidirectional", fusion=fusion, fusion_weight=0.7)
    source = model.unilm.read(model.preprocessor.source(ARTICLES[0])[None])
    two_way = TwoWay(model.fusions, START_IDS, np.array([9], "int32"))
    ids = np.array([[[5, 9, 8, 12], [6, 11, 10, 9]]])
    other = ids.copy()
    other[0, 1, 2] = 13
    logits, changed = (np.asarray(model.unilm.write(x, source, two_way=two_way)[0])[0, 0] for x in (ids, other))
    np.testing.assert_array_equal(logits[:2], changed[:2])
    assert (np.abs(logits - changed)[2:].max(axis=-1) > 1e-5).all()


def test_without_weight_for_the_other_side_a_direction_is_alone(monkeypatch):
    model = small_model("bidirectional", fusion="linear", fusion_weight=0.0)
    source = model.unilm.read(model.preprocessor.source(ARTICLES[0])[None])
    ids = np.array([[[5, 9, 8, 12], [6, 11, 10, 9]]])
    both = model.unilm.write(ids, source, two_way=TwoWay(model.fusions, START_IDS))[0]
    encoder = model.encoder
    for place, start in enumerate(START_IDS):

        def embed(ids, positions, segments, training, start_ids=None, start=start):
            told = encoder.token_embedding(ids) + encoder.token_embedding(np.full_like(ids, start))
            return encoder.embedding_norm(
                told + encoder.position_embedding(positions) + encoder.segment_embedding(segments)
            )

        monkeypatch.setattr(encoder, "_embed", embed)
        alone = model.unilm.write(ids[:, place : place + 1], source)[0]
        np.testing.assert_allclose(both[:, place : place + 1], alone, atol=1e-5)


@pytest.mark.parametrize("decoder", DECODERS)
def test_train_save_and_generate(decoder, tmp_path):
    model = small_model(decoder, copy_head=True, source_prior=True)
    model.compile()
    losses = model.fit(EXAMPLES, batch_size=3, epochs=2, verbose=0).history["loss"]
    assert np.isfinite(losses).all()
    titles = model.generate(ARTICLES, num_beams=4)
    model.save(tmp_path / "model.keras")
    model.save_to_preset(tmp_path / "folder")
    for again in (keras.saving.load_model(tmp_path / "model.keras"), TitleGenerator.from_preset(tmp_path / "folder")):
        alone = again.generate(ARTICLES[1], num_beams=4)
        assert alone.text == titles[1].text
        np.testing.assert_allclose(alone.score, titles[1].score, atol=1e-4)
    every = model.generate(ARTICLES[0], num_beams=4, all_beams=True)
    assert every[0].text == titles[0].text
    assert [t.score for t in every] == sorted((t.score for t in every), reverse=True)
    directions = {"left_to_right": {"left_to_right"}, "from_both_ends": {"from_both_ends"}}
    assert {t.direction for t in every} <= directions.get(decoder, {"left_to_right", "right_to_left"})


def test_the_trees_of_a_search(assert_same_results):
    model = small_model("bidirectional", copy_head=True)
    titles, trees = model.trees(ARTICLES[0], num_beams=4, length_penalty=0.0, max_length=6)
    assert_same_results(
        titles, model.generate(ARTICLES[0], num_beams=4, length_penalty=0.0, max_length=6, all_beams=True)
    )
    tokenizer, finished = model.preprocessor.tokenizer, []
    for direction, nodes in trees.items():
        for node in nodes:
            before, total = nodes[node.parent] if node.parent >= 0 else None, node.log_prob
            assert before is None or (before.state, before.step) == ("kept", node.step - 1)
            np.testing.assert_allclose(total + (before.total if before else 0), node.total, atol=1e-5)
            if node.state == "finished":
                words = [node.token]
                while before is not None:
                    words, before = [before.token, *words], nodes[before.parent] if before.parent >= 0 else None
                words = words if direction == "left_to_right" else words[::-1]
                ids = [tokenizer.token_to_id(word) for word in words if word]
                finished.append((node.total, tokenizer.decode(ids), direction, node.best))
        kept = [node.step for node in nodes if node.state == "kept"]
        assert max(map(kept.count, kept)) <= 2
    finished = sorted(finished, reverse=True)
    assert [best for *_, best in finished] == [True] + [False] * (len(finished) - 1)
    for title, (total, text, direction, _) in zip(titles, finished, strict=False):
        assert (title.text, title.direction) == (text, direction)
        np.testing.assert_allclose(title.score, total, atol=1e-4)


def test_drafts_are_what_each_direction_writes_alone():
    """At horizon 0, where it sees nothing of the other but its start."""
    model = small_model("bidirectional", horizon=0, copy_head=True)
    found = model.drafts(ARTICLES, batch_size=2)
    for article, drafts in zip(ARTICLES, found, strict=True):
        for direction, draft in zip(("left_to_right", "right_to_left"), drafts, strict=True):
            nodes, text, place = model.trees(article, num_beams=2)[1][direction], [], -1
            while True:
                # The likeliest continuation stands first, but for a title that ends before its first token.
                place = next(i for i, n in enumerate(nodes) if n.parent == place and (n.token or n.step))
                if not nodes[place].token:
                    break
                text.append(nodes[place].token)
            order = text if direction == "left_to_right" else text[::-1]
            assert draft.replace(" ", "") == "".join(order).replace("##", "")
    with pytest.raises(ValueError, match="Expected a bidirectional model. Received: 'left_to_right'"):
        small_model("left_to_right").drafts(ARTICLES)


@pytest.mark.parametrize("pairing", ["rank", "all"])
def test_with_one_beam_a_side_the_pairings_are_one(pairing, assert_same_results):
    model = small_model("bidirectional", cure="mask", horizon=2, fusion="linear", fusion_weight=0.7)
    options = {"num_beams": 2, "length_penalty": 0.0, "max_length": 6, "all_beams": True}
    found = model.generate(ARTICLES[0], pairing=pairing, **options)
    assert_same_results(found, model.generate(ARTICLES[0], **options))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m.generate(""), "Expected"),
        (lambda m: m.generate(ARTICLES[0], num_beams=3), "even for two directions. Received: 3"),
        (lambda m: m.generate(ARTICLES[0], pairing="best"), "'rank' or 'all'. Received: 'best'"),
        (lambda m: m.generate(ARTICLES[0], max_length=90), "positions"),
        (lambda m: TitleGenerator(m.encoder, decoder="sideways"), "Expected a decoder: left_to_right"),
        (lambda m: TitleGenerator(m.encoder, decoder="bidirectional", cure="aspirin"), "Expected a cure: mask"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(ValueError, match=message):
        call(small_model("bidirectional"))


def test_a_vocabulary_without_start_tokens():
    tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "小", "李"])
    encoder = Encoder(tokenizer.vocab_size, 16, 1, 2, 32, max_length=64)
    with pytest.raises(ValueError, match="unused1"):
        TitleGenerator(encoder, TitlePreprocessor(tokenizer, 16, 8), "bidirectional")
    TitleGenerator(encoder, TitlePreprocessor(tokenizer, 16, 8), "left_to_right")


@pytest.mark.parametrize("decoder", DECODERS)
def test_titles_hold_no_special_token_however_likely(decoder):
    model = small_model(decoder, layers=1)
    bias = np.zeros(model.preprocessor.tokenizer.vocab_size)
    bias[model.preprocessor.tokenizer.unk_id] = 20
    model.encoder.mlm_bias.assign(bias)
    title = model.generate("小李在\U0002a6a5讲课。", num_beams=2, max_length=4)
    assert title.text and "[" not in title.text
