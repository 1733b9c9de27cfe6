"""QAAlignedF1 against its definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.metrics import character_f1, qa_aligned_f1

TEXTS = st.text(alphabet="天气晴雨ab C1。？", max_size=12)
PAIRS = st.lists(st.tuples(TEXTS, TEXTS), max_size=3)


@settings(max_examples=60)
@given(st.lists(st.tuples(PAIRS, PAIRS)))
def test_equals_the_definition(passages):
    rows = []
    for sides in passages:
        generated, references = ([f"question: {q}, answer: {a}" for q, a in side] for side in sides)
        if not generated or not references:
            rows.append((0, 0, 0))
            continue
        p = np.mean([max(character_f1(g, r) for r in references) for g in generated])
        r = np.mean([max(character_f1(g, r) for g in generated) for r in references])
        rows.append((p, r, 2 * p * r / (p + r)))
    expected = np.mean(rows, axis=0) if rows else np.zeros(3)
    scores = qa_aligned_f1([generated for generated, _ in passages], [references for _, references in passages])
    np.testing.assert_allclose(scores, expected, atol=1e-12)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="Expected references for 1 "):
        qa_aligned_f1([[("a", "b")]], [])
