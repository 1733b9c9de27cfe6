"""Schema of saved configurations: wrong values of every field."""

import math

import pytest

from textzoo.models import Encoder
from textzoo.models.config_fields import FIELDS, check_encoder_config, check_field, check_objects

NEVER = [[[]], {"a": 1}, math.nan, math.inf, object()]
INTEGERS = [0, -1, "4", None, [], {}, True, 4.0, 10**12]
NUMBERS = ["0.1", None, [], {}, True, -0.1, 10**12]
BOOLEANS = ["true", 1, 0, None, []]
WRONG = {"an integer": INTEGERS, "a number": NUMBERS, "true or false": BOOLEANS, "a string": [None, 5, []]}
WRONG |= {"a list of strings": ["abc", 5, [5], {}], "a list of two": ["ab", [], ["a"], None]}


@pytest.mark.parametrize("name", FIELDS)
def test_wrong_values_are_named(name):
    field = FIELDS[name]
    kinds = [values for words, values in WRONG.items() if field.expected.startswith(words)]
    for value in NEVER + (kinds[0] if kinds else [5, {}]):
        if name == "lookahead" and value == 0:
            continue
        with pytest.raises(ValueError) as error_info:
            check_field(f"config.{name}", value, field, source="x/config.json")
        message = str(error_info.value)
        assert message.startswith(f"x/config.json: expected config.{name} to be {field.expected}. Received: ")
        assert "\n" not in message and len(message) < 250


def test_the_config_of_an_encoder_is_accepted():
    encoder = Encoder(9, hidden_size=8, num_layers=1, num_heads=2, intermediate_size=16, max_length=8)
    check_encoder_config(encoder.config)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"num_heads": 0}, "Expected num_heads to be an integer from 1 to 4096. Received: 0"),
        ({"num_heads": 3}, "num_heads to be a divisor of the hidden size 8. Received: 3"),
        ({"dropout": -0.1}, "dropout to be a number of at least 0 and below 1. Received: -0.1"),
        ({"hidden_size": "8"}, 'hidden_size to be an integer .*Received: "8"'),
        ({"num_layers": 10**12}, "num_layers to be an integer from 1 to 1000"),
    ],
    ids=str,
)
def test_the_constructor_of_an_encoder_checks_its_arguments(options, match):
    with pytest.raises(ValueError, match=match):
        Encoder(**{"vocab_size": 9, "hidden_size": 8, "num_layers": 1, "num_heads": 2} | options)


@pytest.mark.parametrize(
    "node",
    [
        {"module": "keras.layers", "class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}},
        {"module": "keras.layers", "class_name": "StringLookup", "config": {}, "registered_name": "a>StringLookup"},
        {"module": "builtins", "class_name": "function", "config": "open", "registered_name": "function"},
        {"class_name": "__lambda__", "config": {"value": "x"}},
        {"class_name": ["x"], "config": {}},
    ],
)
def test_objects_that_could_open_files_are_refused(node):
    with pytest.raises(ValueError, match="x/config.json: expected objects of textzoo"):
        check_objects({"config": [{"activation": node}]}, source="x/config.json")


def test_activations_and_initializers_of_keras_are_accepted():
    zeros = {"module": "keras.initializers", "class_name": "Zeros", "config": {}, "registered_name": None}
    prelu = {"module": "keras.layers", "class_name": "PReLU", "config": {"alpha_initializer": zeros}}
    check_objects([prelu, {"class_name": "function", "config": "relu", "module": "builtins"}], source="x")
