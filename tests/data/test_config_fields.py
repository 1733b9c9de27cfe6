"""Schema of saved configurations: wrong values of every field."""

import math

import pytest

from textzoo.data.config_fields import FIELDS, check_encoder_config, check_field

NEVER = [[[]], {"a": 1}, math.nan, math.inf, object()]
INTEGERS = [0, -1, "4", None, [], {}, True, 4.0, 10**12]
MAY_BE_0 = {"lookahead", "num_segments", "num_task_types"}
NUMBERS = ["0.1", None, [], {}, True, -0.1, 10**12]
BOOLEANS = ["true", 1, 0, None, []]
WRONG = {"an integer": INTEGERS, "a number": NUMBERS, "true or false": BOOLEANS, "a string": [None, 5, []]}
WRONG |= {"a list of strings": ["abc", 5, [5], {}], "a list of two": ["ab", [], ["a"], None]}


@pytest.mark.parametrize("name", FIELDS)
def test_wrong_values_are_named(name):
    field = FIELDS[name]
    kinds = [values for words, values in WRONG.items() if field.expected.startswith(words)]
    for value in NEVER + (kinds[0] if kinds else [5, {}]):
        if name == "subwords" and isinstance(value, dict):
            continue
        if value is None and field.expected.endswith(", or null"):
            continue
        if name in MAY_BE_0 and value == 0:
            continue
        with pytest.raises(ValueError) as error_info:
            check_field(f"config.{name}", value, field, source="x/config.json")
        message = str(error_info.value)
        assert message.startswith(f"x/config.json: expected config.{name} to be {field.expected}. Received: ")
        assert "\n" not in message and len(message) < 250


def test_encoder_arguments_are_named_as_in_the_file():
    sizes = {"vocab_size": 9, "hidden_size": 8, "num_heads": 2}
    check_encoder_config(sizes)
    with pytest.raises(ValueError, match="c.json: expected num_attention_heads to be a divisor of the hidden size 8"):
        check_encoder_config(sizes | {"num_heads": 3}, names={"num_heads": "num_attention_heads"}, source="c.json")
