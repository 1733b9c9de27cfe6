"""As many pairs as asked for, and several questions for one answer."""

import pytest

from textzoo.inference import LightQAGenerator

PASSAGE = "王明昨天去了北京大学图书馆，借了三本书。他和李红在那里学习到晚上九点，然后坐地铁回家。"


def shown(pairs):
    return [(pair.question, pair.answer, pair.start) for pair in pairs]


@pytest.fixture(scope="module")
def model():
    return LightQAGenerator.from_preset("tiny-zh")


def test_resampling_gives_as_many_pairs_as_the_passage_has(model):
    few, many = (model.generate(PASSAGE, num_pairs=8, resample=resample) for resample in (False, True))
    assert len(few) < len(many) == 8
    spans = sorted((pair.start, pair.end) for pair in many)
    assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:], strict=False))
    together = model.generate([PASSAGE, "天气好。"], num_pairs=8, resample=True)
    assert shown(together[0]) == shown(many)
    assert shown(together[1]) == shown(model.generate("天气好。", num_pairs=8, resample=True))


def test_several_questions_of_an_answer(model):
    one = model.generate_questions(PASSAGE, ["王明", "三本"], num_beams=6)
    several = model.generate_questions(PASSAGE, ["王明", "三本"], num_beams=6, num_questions=3)
    assert [pair.answer for pair in several] == ["王明"] * 3 + ["三本"] * 3
    assert len({pair.question for pair in several}) == 6 and several[::3] == one
    assert all(first.question_logprob >= other.question_logprob for first in one[:1] for other in several[:3])
    with pytest.raises(ValueError, match="num_questions of at most num_beams 3. Received: 4"):
        model.generate_questions(PASSAGE, ["王明"], num_questions=4)
