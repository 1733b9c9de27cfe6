"""Spaces between words and punctuation marks."""

import pytest

from textzoo.data import detokenize


@pytest.mark.parametrize(
    "words, text",
    [
        ("", ""),
        ("北 京 是 首 都 。", "北京是首都。"),
        ("我 love 北 京 ， 2023 年", "我love北京，2023年"),
        ("他 说 ： “ 走 吧 ！ ”", "他说：“走吧！”"),
        ("威 廉 · 琼 斯", "威廉·琼斯"),
        ("he said , \" yes , \" and \" no \" .", 'he said, "yes," and "no".'),
        ("don ' t ! it ' s the boys ' dog", "don't! it's the boys' dog"),
        ("she said ' well ' to me", "she said 'well' to me"),
        ("at 5 o ' clock", "at 5 o'clock"),
        ("3 . 14 is less than 1 , 234 , 567", "3.14 is less than 1,234,567"),
        ("in 2019 , 100 men came at 10 : 30", "in 2019, 100 men came at 10:30"),
        ("it cost $ 5 , or 20 % more", "it cost $5, or 20% more"),
        ("the u . s . army", "the u.s. army"),
        ("a well - known man ( or woman ) [ sic ]", "a well-known man (or woman) [sic]"),
        ("2019 - 2020", "2019-2020"),
        ("가을 하늘", "가을 하늘"),
        ("he came . she left", "he came. she left"),
    ],
)  # fmt: skip
def test_spaces_stand_as_in_print(words, text):
    assert detokenize(words.split()) == text
