"""Models with byte-level BPE or Unigram: reading, saving, training, generating, both engines, what is refused."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from tests.data.text.trained_subwords import TEXTS, model_tokenizer, trained, write_vocab_and_merges
from tests.inference.saved_models import SIZES, with_random_weights
from textzoo.data import QAExample, TitleExample, TokenSubstitution
from textzoo.inference.light_models import LightMaskedLM, LightQAGenerator
from textzoo.models import (
    Encoder,
    MaskedLM,
    MaskedLMPreprocessor,
    QAGenerator,
    QAPreprocessor,
    TitleGenerator,
    TitlePreprocessor,
    add_words,
)
from textzoo.models.checkpoints import write_google, write_hugging_face

by_kind = pytest.mark.parametrize("kind", ["BPE", "Unigram"])
SEARCH = {"num_pairs": 3, "num_beams": 1, "max_question_length": 6, "seed": 1}


def encoder(kind, **options):
    tokenizer = model_tokenizer(kind)
    made = with_random_weights(
        Encoder(tokenizer.vocab_size, **SIZES | {"max_length": 128, "num_segments": 1} | options), scale=0.2
    )
    made.tokenizer = tokenizer
    return made


def qa_generator(kind):
    preprocessor = QAPreprocessor(model_tokenizer(kind), max_source_length=96, max_answer_length=8)
    return with_random_weights(QAGenerator(encoder(kind), preprocessor, copy_head=True))


def states(model, text):
    return np.asarray(model(model.tokenizer.encode(text).ids[None]))


@by_kind
def test_a_written_folder(kind, tmp_path):
    model = encoder(kind)
    write_hugging_face(model, tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    expected_type = {"BPE": "roberta", "Unigram": "xlm-roberta"}[kind]
    assert [config[key] for key in ("model_type", "pad_token_id", "bos_token_id", "eos_token_id")] == [
        expected_type,
        *(model.tokenizer.token_to_id(token) for token in ("[PAD]", "[CLS]", "[SEP]")),
    ]
    np.testing.assert_allclose(states(Encoder.from_preset(tmp_path), TEXTS[0]), states(model, TEXTS[0]), atol=1e-6)


def write_published(model, kind, folder):
    """Writes a folder as published: <s> is 0, <pad> is 1, and positions count from 2."""
    write_hugging_face(model, folder)
    tensors = load_file(folder / "model.safetensors")
    for name in tensors:
        if name.endswith(("word_embeddings.weight", "lm_head.bias")):
            tensors[name] = tensors[name][[1, 0, *range(2, model.vocab_size)]]
        elif name.endswith("position_embeddings.weight"):
            tensors[name] = np.pad(tensors[name], ((1, 0), (0, 0)))
    save_file(tensors, folder / "model.safetensors")
    config = json.loads((folder / "config.json").read_text())
    config |= {"pad_token_id": 1, "max_position_embeddings": config["max_position_embeddings"] + 1}
    (folder / "config.json").write_text(json.dumps(config))
    trained(kind).save(str(folder / "tokenizer.json"))


@by_kind
def test_a_published_folder(kind, tmp_path):
    model = encoder(kind)
    write_published(model, kind, tmp_path)
    loaded = Encoder.from_preset(tmp_path)
    tokenizer = loaded.tokenizer
    assert tokenizer.tokens[:3] == ["[PAD]", "[CLS]", "[SEP]"] and tokenizer.checkpoint_rows[:3].tolist() == [1, 0, 2]
    for text in TEXTS:
        expected = trained(kind).encode(text, add_special_tokens=False).ids
        assert tokenizer.checkpoint_rows[tokenizer.tokenize(text).ids].tolist() == expected
        np.testing.assert_allclose(states(loaded, text), states(model, text), atol=1e-6)
    padded = np.pad(tokenizer.encode(TEXTS[0]).ids, (0, 5))[None]
    np.testing.assert_allclose(np.asarray(loaded(padded))[:, :-5], states(loaded, TEXTS[0]), atol=1e-5)


def test_vocab_json_and_merges_txt_of_a_folder(tmp_path):
    model = encoder("BPE")
    write_published(model, "BPE", tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    write_vocab_and_merges(trained("BPE"), tmp_path)
    loaded = Encoder.from_preset(tmp_path)
    np.testing.assert_allclose(states(loaded, TEXTS[0]), states(model, TEXTS[0]), atol=1e-6)


@by_kind
def test_a_preset(kind, tmp_path):
    model = encoder(kind)
    model.save_to_preset(tmp_path)
    assert (tmp_path / "tokenizer.json").is_file() and not (tmp_path / "vocab.txt").exists()
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["tokenizer"]["tokens"] == "tokenizer.json" and config["tokenizer"]["subwords"] is None
    loaded = Encoder.from_preset(tmp_path)
    assert loaded.tokenizer.get_config() == model.tokenizer.get_config() | {"checkpoint_rows": None}
    np.testing.assert_array_equal(states(loaded, TEXTS[0]), states(model, TEXTS[0]))
    weights = load_file(tmp_path / "model.safetensors")
    save_file(
        {name: value[:-1] if len(value) == model.vocab_size else value for name, value in weights.items()},
        tmp_path / "model.safetensors",
    )
    with pytest.raises(ValueError, match="model.safetensors: expected one row for each of the vocabulary"):
        Encoder.from_preset(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(ValueError, match="tokenizer.json is missing; put it beside config.json"):
        Encoder.from_preset(tmp_path)


@by_kind
def test_pairs_are_learned_saved_and_the_same_on_both_engines(kind, tmp_path):
    model = qa_generator(kind)
    examples = [
        QAExample(TEXTS[0], "Where does Anna go?", "library", TEXTS[0].index("library")),
        QAExample(TEXTS[2], "谁去了图书馆？", "王明", 0)
        if kind == "Unigram"  # a token of the BPE holds a part of the name
        else QAExample(TEXTS[1], "What does it lend?", "books", TEXTS[1].index("books")),
    ]
    records = model.preprocessor.records(examples)
    for example, record in zip(examples, records, strict=True):
        assert record["target_weights"][0, 0] == 1
        first, end = record["target_spans"][0]
        passage = model.preprocessor.passage(example.passage)
        assert passage.text[passage.offsets[first, 0] : passage.offsets[end - 1, 1]] == example.answer
    model.fit(examples, batch_size=2, epochs=1, verbose=0)
    model.save_to_preset(tmp_path)
    texts = [TEXTS[0], TEXTS[2], "龘 (Ⅷ) is new, isn't it?"]
    pairs = model.generate(texts, **SEARCH)
    assert QAGenerator.from_preset(tmp_path).generate(texts, **SEARCH) == pairs
    assert any(pairs)
    for text, group in zip(texts, pairs, strict=True):
        for pair in group:
            assert text[pair.start : pair.end] == pair.answer == pair.answer.strip()
    for actual, expected in zip(LightQAGenerator.from_preset(tmp_path).generate(texts, **SEARCH), pairs, strict=True):
        assert [(pair.question, pair.start, pair.end) for pair in actual] == [
            (pair.question, pair.start, pair.end) for pair in expected
        ]
        np.testing.assert_allclose([p.score for p in actual], [p.score for p in expected], atol=1e-4)


@by_kind
def test_masked_words(kind, tmp_path):
    tokenizer = model_tokenizer(kind)
    model = with_random_weights(MaskedLM(encoder(kind), MaskedLMPreprocessor(tokenizer, max_length=32)))
    text = "The [MASK] lends books."
    ids = model.preprocessor.masked_ids(text).tolist()
    assert ids.index(tokenizer.mask_id) == 1 + len(tokenizer.tokenize("The").ids)
    assert tokenizer.decode(ids) == "The lends books."
    model.fit(TEXTS * 2, batch_size=4, epochs=1, verbose=0)
    model.save_to_preset(tmp_path)
    filled = model.fill(text, top_k=3)
    for one, other in zip(LightMaskedLM.from_preset(tmp_path).fill(text, top_k=3)[0], filled[0], strict=True):
        assert one[0] == other[0] and abs(one[1] - other[1]) < 1e-4


def test_titles_from_both_directions(tmp_path):
    preprocessor = TitlePreprocessor(model_tokenizer("BPE"), max_source_length=64, max_title_length=6)
    model = with_random_weights(TitleGenerator(encoder("BPE"), preprocessor, decoder="bidirectional"))
    model.fit([TitleExample(TEXTS[0], "Anna's library")], batch_size=1, epochs=1, verbose=0)
    model.save_to_preset(tmp_path)
    titles = model.generate(TEXTS[:1], num_beams=2)
    assert TitleGenerator.from_preset(tmp_path).generate(TEXTS[:1], num_beams=2) == titles
    preprocessor = TitlePreprocessor(model_tokenizer("Unigram"), max_source_length=64, max_title_length=6)
    with pytest.raises(ValueError, match=r"lacks \[unused1\] and .*start_tokens, .*: \[CLS\] and \[MASK\]"):
        TitleGenerator(encoder("Unigram"), preprocessor, decoder="bidirectional")
    other = TitlePreprocessor(model_tokenizer("Unigram"), max_title_length=6, start_tokens=("[CLS]", "[MASK]"))
    assert len(TitleGenerator(encoder("Unigram"), other, decoder="bidirectional").generate(TEXTS[:1], num_beams=2)) == 1


@by_kind
def test_substituted_tokens_keep_their_space(kind):
    tokenizer = model_tokenizer(kind)
    ids = tokenizer.encode(TEXTS[0]).ids
    records = TokenSubstitution([{"source_ids": ids}] * 20, tokenizer, rate=1.0)
    changed = next(record["source_ids"] for record in records if (record["source_ids"] != ids).any())
    kinds = [[tokenizer.token_texts[i][:1] == " " for i in row] for row in (ids, changed)]
    assert kinds[0] == kinds[1] and not np.isin(changed[ids != changed], [0, 1, 2, 3]).any()


def test_what_is_refused(tmp_path):
    model = encoder("BPE")
    with pytest.raises(ValueError, match="a WordPiece vocabulary. Received: BPE; write Hugging Face's format"):
        write_google(model, tmp_path / "google")
    with pytest.raises(ValueError, match="a WordPiece vocabulary, which words can join. Received: BPE"):
        add_words(model, ["library"])
    write_hugging_face(model, tmp_path)
    (tmp_path / "tokenizer.json").rename(tmp_path / "sentencepiece.bpe.model")
    with pytest.raises(ValueError, match="expected tokenizer.json. Received: sentencepiece.bpe.model, .*python -c"):
        Encoder.from_preset(tmp_path)
