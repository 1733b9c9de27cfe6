"""Command-line arguments from flags, positional words and YAML files.

textzoo brew assam --out pot
"""

import os
from dataclasses import dataclass, field
from typing import Literal

import pytest
import yaml
from jsonargparse.typing import PositiveFloat, PositiveInt

from textzoo.scripts.cli.arguments import Text, parse_arguments


@dataclass
class Brew:
    """Make tea.

    Args:
        leaves: What goes in.
        out: The pot.
        minutes: How long.
        strength: How much.
        sugar_free: Whether it is sweet.
        grade: Which.
    """

    leaves: list[Text] = field(metadata={"positional": True})
    out: Text
    minutes: PositiveInt = 3
    strength: float | None = None
    sugar_free: bool = False
    grade: Literal["a", "b"] = "a"


def parse(*argv):
    return parse_arguments(Brew, list(argv), prog="textzoo brew")


def test_flags_switches_and_positional_words():
    expected = Brew(["x", "y"], "pot", 5, 1e-4, True, "b")
    flags = ["--out", "pot", "--minutes=5", "--strength", "1e-4", "--sugar-free", "--grade", "b"]
    assert parse("x", "y", *flags) == expected
    assert parse(*flags, "x", "y") == parse("x", *flags, "y") == parse(*flags, "--leaves", "x", "y") == expected


def test_underscores_are_as_good_as_dashes():
    assert parse("x", "--out", "pot", "--sugar_free").sugar_free
    assert not parse("x", "--out", "pot", "--sugar-free", "--no-sugar-free").sugar_free


def test_yaml_and_flags_give_the_same(tmp_path):
    file = tmp_path / "brew.yaml"
    file.write_text("leaves: [绿茶]\nout: pot\nminutes: 5\nstrength: 1e-4\nsugar_free: true\n", encoding="utf-8")
    from_yaml = parse("--config", str(file))
    assert from_yaml == parse("绿茶", "--out", "pot", "--minutes", "5", "--strength", "1e-4", "--sugar-free")
    assert parse("--config", str(file), "--minutes", "7", "z") == Brew(["z"], "pot", 7, 1e-4, True)


def test_printed_config_is_read_back(tmp_path, capsys):
    argv = ["x", "--out", "pot", "--minutes", "9"]
    with pytest.raises(SystemExit) as end:
        parse(*argv, "--print-config")
    file = tmp_path / "brew.yaml"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert not end.value.code and yaml.safe_load(file.read_text(encoding="utf-8"))["minutes"] == 9
    assert parse("--config", str(file)) == parse(*argv)


@pytest.mark.parametrize("name", ["leaves", "out", "minutes", "sugar_free", "grade"])
def test_null_is_a_value_of_optional_fields_only(tmp_path, name):
    values = {"leaves": ["x"], "out": "pot", "strength": None}
    file = tmp_path / "brew.yaml"
    file.write_text(yaml.safe_dump(values))
    assert parse("--config", str(file)).strength is None
    file.write_text(yaml.safe_dump(values | {name: None}))
    with pytest.raises(ValueError, match=name.replace("_", "[_-]")):
        parse("--config", str(file))


def test_numbers_are_plain_ones():
    settings = parse("x", "--out", "pot", "--minutes", "9")
    assert type(settings.minutes) is int and type(settings.sugar_free) is bool


def test_help_says_what_each_field_is(capsys):
    with pytest.raises(SystemExit):
        parse("--help")
    text = " ".join(capsys.readouterr().out.split())
    assert "Make tea." in text and "How long. (type: PositiveInt, default: 3)" in text
    assert "What goes in. Positional: --leaves may be omitted." in text


def test_fields_of_a_base_class(capsys):
    @dataclass(kw_only=True)
    class GreenTea(Brew):
        """Make green tea.

        Args:
            leaves: Green ones.
            rinse: Pour the first water away.
        """

        rinse: bool = True

    parsed = parse_arguments(GreenTea, ["x", "--out", "pot", "--no-rinse", "--minutes", "2"], prog="textzoo brew")
    assert parsed == GreenTea(["x"], "pot", 2, rinse=False)
    with pytest.raises(SystemExit):
        parse_arguments(GreenTea, ["--help"], prog="textzoo brew")
    text = " ".join(capsys.readouterr().out.split())
    assert "Make green tea." in text and "Green ones." in text and "How long." in text and "What goes in" not in text
    assert text.index("Pour the first water away") < text.index("How long.")


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["x", "--out", "pot", "--minute", "5"], "Unknown flag --minute. Did you mean --minutes?"),
        (["x", "--out", "pot", "--zzz"], "Unknown flag --zzz."),
        (["x"], "^missing: --out. Example: textzoo brew assam --out pot$"),
        (["--out", "pot"], "^missing: --leaves. Example: textzoo brew assam --out pot$"),
        (
            ["x", "--out", "pot", "--minutes", "soon"],
            "^--minutes: expected a whole number above 0. Received: soon.$",
        ),
        (["x", "--out", "pot", "--minutes", "0"], "^--minutes: expected a whole number above 0. Received: 0.$"),
        (["x", "--out", "pot", "--strength", "2g"], "^--strength: expected a number. Received: 2g.$"),
        (["x", "--out", "pot", "--grade", "c"], "^--grade: expected a or b. Received: c.$"),
        (["x", "--out", "pot", "--minutes"], "^--minutes needs a value.$"),
        (["x", "--out"], "^--out needs a value.$"),
        (["--leaves"], "^--leaves needs a value.$"),
        (["x", "--config"], "^--config needs a value.$"),
        (["x", "--minutes", "--out", "pot"], "^--minutes needs a value; write --minutes=--out if that is one.$"),
        (["x", "--out", "pot", "--minutes="], "^--minutes: expected a whole number above 0. Received: nothing.$"),
        (["x", "--out", "pot", "--minutes=[1]"], "^--minutes: expected a whole number above 0. Received: list.$"),
        (["x", "--out", "pot", "--minutes=null"], "^--minutes: expected a whole number above 0. Received: null.$"),
        (["x", "--out", "pot", "--strength", ""], "^--strength: expected a number. Received: nothing.$"),
        (["x", "--out", "pot", "--strength=yes"], "^--strength: expected a number. Received: yes.$"),
        (["x", "--out="], "^--out: expected a text. Received: nothing.$"),
        (["x", "--out", "pot", "--sugar-free=yes"], "^--sugar-free takes no value; write --sugar-free or --no-sugar-f"),
        (["x", "--out", "pot", "--no-sugar-free="], "^--no-sugar-free takes no value; write --sugar-free or --no-suga"),
        (["--help=x"], "^--help takes no value; write --help.$"),
        (["x", "--out", "pot", "--config", "no.yaml"], "no.yaml"),
    ],
)
def test_bad_flags_are_named(argv, message):
    with pytest.raises((ValueError, OSError), match=f"(?s){message.replace('?', '[?]')}"):
        parse(*argv)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("leaves: [x]\nout: pot\nminuts: 5\n", "unknown key minuts. Did you mean minutes?"),
        ("leaves: [x]\nout: pot\nminutes: soon\n", "--minutes: expected a whole number above 0. Received: soon."),
        ("- x\n", "expected lines of key: value. Received: list"),
        ("leaves: [x\n", "expected YAML"),
        ("leaves: &a [x]\nout: *a\n", "expected YAML in UTF-8. Received: the alias [*]a; write the value"),
        ("out: a\nleaves: [x]\nout: b\n", "Received: the key out in lines 1 and 3; write it once"),
        ("sugar-free: true\nsugar_free: false\n", "the keys sugar-free and sugar_free are the same; write it once"),
        ("leaves: x\nout: pot\n", "^--leaves: expected a list of texts. Received: x.$"),
        ("leaves: {module: x}\nout: pot\n", "^--leaves: expected a list of texts. Received: {'module': 'x'}.$"),
        ("leaves: [{a: b}]\nout: pot\n", "^--leaves: expected a text. Received: {'a': 'b'}.$"),
        ("leaves: [x]\nout: ''\n", "^--out: expected a text. Received: nothing.$"),
        ("leaves: [x]\nout: pot\nsugar_free: [1]\n", "^--sugar-free: expected true or false. Received: \\[1].$"),
    ],
)
def test_bad_yaml_is_named(text, message, tmp_path):
    file = tmp_path / "brew.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message.replace("?", "[?]")):
        parse("--config", str(file))


def test_a_pipe_of_yaml_is_read_once():
    reader, writer = os.pipe()
    os.write(writer, b"---\nleaves: [x]\nout: pot\nminutes: 5\n")
    os.close(writer)
    try:
        assert parse("--config", f"/dev/fd/{reader}") == Brew(["x"], "pot", 5)
    finally:
        os.close(reader)


def test_several_positional_fields_are_filled_in_order():
    @dataclass
    class Pour:
        """Pour tea.

        Args:
            source: The pot.
            cup: The cup.
        """

        source: Text = field(metadata={"positional": True})
        cup: Text = field(metadata={"positional": True})

    for argv in (["a", "b"], ["a", "--cup", "b"], ["--cup=b", "a"], ["b", "--source", "a"], ["--source", "a", "b"]):
        assert parse_arguments(Pour, argv, prog="textzoo pour") == Pour("a", "b"), argv
    for argv in (["a", "b", "c"], ["a", "b", "--cup=c"], ["--cup", "b", "--cup", "c", "a"]):
        with pytest.raises(ValueError, match="^Unexpected argument c: --cup is b and takes one value.$"):
            parse_arguments(Pour, argv, prog="textzoo pour")


def test_words_that_begin_with_a_dash():
    pot = ["--out", "pot"]
    assert parse("--leaves=-x", *pot) == parse(*pot, "--", "-x") == Brew(["-x"], "pot")
    assert parse("x", *pot, "--", "--out", "--", "-y").leaves == ["x", "--out", "--", "-y"]
    assert parse("x", "--out=-pot", "--strength", "-5") == Brew(["x"], "-pot", 3, -5.0)
    for argv in (["--leaves", "--out", "pot"], ["x", "--out", "--minutes", "5"], ["x", "--out", "-p"]):
        with pytest.raises(ValueError, match="needs a value; write --(leaves=--out|out=--minutes|out=-p) if"):
            parse(*argv)
    assert parse("x", "--out=-pot", "--strength", "-1e-4").strength == -1e-4


def test_a_positional_word_needs_a_field():
    @dataclass
    class Wash:
        """Wash the pot.

        Args:
            hot: Use hot water.
        """

        hot: bool = True

    with pytest.raises(ValueError, match="Unexpected argument pot: this command takes flags only"):
        parse_arguments(Wash, ["pot"], prog="textzoo wash")


def test_help_spells_print_config_with_a_hyphen(capsys):
    with pytest.raises(SystemExit):
        parse("--help")
    text = capsys.readouterr().out
    assert "--print-config" in text and "--print_config" not in text


@pytest.mark.parametrize("word", [".nan", ".inf", "-.inf", "1e999"])
def test_numbers_are_finite(word, tmp_path):
    file = tmp_path / "brew.yaml"
    file.write_text(f"strength: {word.replace('1e', '1.0e+')}\n")
    for argv in ([f"--strength={word}"], ["--config", str(file)]):
        with pytest.raises(ValueError, match="Expected --strength to be a finite number. Received: "):
            parse("x", "--out", "pot", *argv)


@pytest.mark.parametrize("word", ["inf", "nan", ".inf", "1e999", "-1"])
def test_positive_numbers_are_finite(word):
    @dataclass
    class Train:
        """Train.

        Args:
            learning_rate: Rate.
        """

        learning_rate: PositiveFloat = 1.0

    with pytest.raises(ValueError, match="learning"):
        parse_arguments(Train, [f"--learning-rate={word}"], prog="textzoo train")
