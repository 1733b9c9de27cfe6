"""Objects of a saved configuration that could open files."""

import pytest

from textzoo.models.saved_objects import check_activation, check_objects


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


@pytest.mark.parametrize("value", ["no_such", 5, None, {}, {"class_name": "X"}, ["relu"]], ids=str)
def test_other_values_than_activations_are_refused(value):
    check_activation("hidden_act", "gelu", source="x/config.json")
    with pytest.raises(ValueError, match="x/config.json: expected hidden_act to be an activation"):
        check_activation("hidden_act", value, source="x/config.json")
