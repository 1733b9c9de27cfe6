"""Settings in YAML, and files that are none or that expand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data.read_settings import MAX_BYTES, read_settings

BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_settings_are_read(tmp_path):
    (tmp_path / "a").write_text("\ufeffa: 1\nb: [x, 'y']\n", encoding="utf-8")
    assert read_settings(tmp_path / "a") == {"a": 1, "b": ["x", "y"]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOMB, "alias"),
        ("a: &a 1\nb: *a\n", r"alias \*a; write the value"),
        ("[" * 5000, "deeply nested"),
        ("a: " + "[" * 5000 + "]" * 5000, "deeply nested"),
        ("a: 1\n" * (MAX_BYTES // 4), "at most 256 KiB"),
        ("- a", "expected lines of key: value. Received: list"),
        ("", "Received: NoneType"),
        ("a: 1\n'a': 2", "the key a in lines 1 and 2; write it once"),
        ("a:\n- b: {c: 1, d: 2, c: 3}\n", "the key c in lines 2 and 2; write it once"),
        ("a: !!python/object/apply:os.system ['ls']", "expected YAML"),
        ("a: !!int ''", "expected YAML"),
        ("a: !!bool maybe", "expected YAML"),
        ("a: 2023-99-99", "expected YAML"),
        ("a: " + "9" * 5000, "expected YAML"),
        ("a: 'b", "expected YAML"),
        (b"a: \xff", "expected YAML in UTF-8"),
    ],
)
def test_other_files_are_refused_in_one_line(content, message, tmp_path):
    (tmp_path / "a.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=rf"a\.yaml: .*{message}") as error:
        read_settings(tmp_path / "a.yaml")
    assert "\n" not in str(error.value) and len(str(error.value)) < 500


@settings(max_examples=200)
@given(st.text("a&*: -[]{}!|>\n'\"0_.~?,", max_size=40) | st.binary(max_size=20))
def test_any_content_is_settings_or_a_value_error(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        assert isinstance(read_settings(file), dict)
    except ValueError as error:
        assert str(file) in str(error) and "\n" not in str(error)
