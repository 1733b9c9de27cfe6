"""Names of the encoder's variables: complete and unique."""

import pytest

from tests.models.random_encoder import random_encoder
from textzoo.models.checkpoints import name_table
from textzoo.models.presets.variable_paths import variable_paths


@pytest.mark.parametrize("pooler", [False, True])
@pytest.mark.parametrize("mlm_head", [False, True])
def test_names_every_variable_once(pooler, mlm_head):
    encoder = random_encoder(pooler=pooler, mlm_head=mlm_head, num_layers=3)
    names = name_table(3, pooler=pooler, mlm_head=mlm_head)
    assert {name.variable for name in names} == set(variable_paths(encoder))
    assert len(names) == len(encoder.weights)


@pytest.mark.parametrize("column", ["variable", "google", "hugging_face", "bert4keras"])
def test_names_are_unique_in_each_format(column):
    names = [getattr(name, column) for name in name_table(12)]
    assert len(set(names)) == len(names)


def test_transposes_kernels_only():
    assert {name.variable.rsplit(".")[-1] for name in name_table(2) if name.transposed} == {"kernel"}
