"""Spelling of generated text: capitals, accents and spacing of the source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import Tokenizer, build_vocabulary
from textzoo.data.text.source_spelling import source_spelling


def spelled(source, generated, *, lowercase=True):
    tokenizer = Tokenizer(build_vocabulary([source, generated], lowercase=lowercase), lowercase=lowercase)
    tokens = tokenizer.tokenize(source)
    ids = tokenizer.tokenize(generated).ids
    return source_spelling(ids, text=source, source_ids=tokens.ids, offsets=tokens.offsets, tokenizer=tokenizer)


@pytest.mark.parametrize(
    ("source", "generated", "expected"),
    [
        ("Karadžić用iPhone 15 Pro版拍照", "karadzic用什么拍照？", "Karadžić用什么拍照？"),
        ("Karadžić用iPhone 15 Pro版拍照", "谁用iphone 15 pro版？", "谁用iPhone 15 Pro版？"),
        ("AT&T and C++ at Wi-Fi", "who made at&t, c++?", "who made AT&T, C++?"),
        ("The cat sat. A dog saw the cat.", "what did the cat do?", "what did the cat do?"),
        ("The cat sat there.", "what did the cat do?", "what did the cat do?"),
        ("The cat sat there.", "the cat", "The cat"),
        ("Dogs bark. Most dogs sleep.", "why do dogs bark?", "why do dogs bark?"),
        ("Anna came. We met Anna.", "when did anna come?", "when did Anna come?"),
        ("Karadžić fled in 2008.", "where did karadzic flee?", "where did Karadžić flee?"),
        ("IPhones sell. He said: “The end.”", "what is the end of iphones?", "what is the end of IPhones?"),
        ("The US and the WHO met in May.", "who may tell us why?", "who may tell us why?"),
        ("The US and the WHO met in May.", "what did the us and the who do?", "what did the US and the WHO do?"),
        ("McDonald owns a farm", "what does donald own?", "what does donald own?"),
        ("Bonn vs BONN", "where is bonn?", "where is Bonn?"),
        ("Bonn ist BONN am Rhein", "is bonn am rhein?", "is BONN am Rhein?"),
        ("Zoë\u0308 naïve\nCafé", "naive cafe", "naïve Café"),
        ("北 京 用 Mac", "北京用mac", "北京用Mac"),
        ("", "hello", "hello"),
    ],
)
def test_a_run_of_the_source_is_spelled_as_there(source, generated, expected):
    assert spelled(source, generated) == expected


def test_a_cased_vocabulary_keeps_what_the_model_wrote():
    assert spelled("The cat saw THE cat", "The cat THE", lowercase=False) == "The cat THE"


@settings(max_examples=150)
@given(st.text("aAéÉ .北京B'", max_size=14), st.text("aé .北京b'", max_size=10))
def test_only_case_accents_and_spaces_change(source, generated):
    tokenizer = Tokenizer(build_vocabulary(["aAéÉ .北京B' " + source + generated]))
    ids, tokens = tokenizer.tokenize(generated).ids, tokenizer.tokenize(source)
    text = source_spelling(ids, text=source, source_ids=tokens.ids, offsets=tokens.offsets, tokenizer=tokenizer)
    assert tokenizer.tokenize(text.replace(" ", "")).ids.tolist() or not len(ids)
    assert [tokenizer.tokens[i].removeprefix("##") for i in tokenizer.tokenize(text).ids] == [
        tokenizer.tokens[i].removeprefix("##") for i in ids
    ]
