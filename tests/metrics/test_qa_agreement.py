"""Agreement of pairs with references, counted by hand."""

import pytest

from textzoo.metrics import qa_agreement


def test_counts_by_hand():
    generated = [[("谁来了？", "小李"), ("谁走了？", "小李"), ("去哪里？", "上海")], []]
    references = [[("谁来了？", "小李"), ("几点？", "八点")], [("谁？", "他")]]
    result = qa_agreement(generated, references)
    assert (result.pairs, result.matched) == (3, 2)
    assert result.answers == pytest.approx(2 / 3)
    assert result.questions == pytest.approx(1 / 2)
    assert result.both == pytest.approx(1 / 3)


def test_a_question_counts_only_for_its_own_answer():
    assert qa_agreement([[("几点？", "小李")]], [[("谁来了？", "小李"), ("几点？", "八点")]]).questions == 0.0


def test_nothing_generated_is_zero():
    assert qa_agreement([[]], [[("谁？", "他")]]) == (0.0, 0.0, 0.0, 0, 0)


def test_unequal_lengths():
    with pytest.raises(ValueError, match="Expected references for 1 passages. Received: 2"):
        qa_agreement([[]], [[], []])
