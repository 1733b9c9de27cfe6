"""Families of encoders: complete tables of unique names, one file and one row here each."""

import numpy as np
import pytest

from tests.models.random_encoder import random_encoder
from textzoo.models import Encoder
from textzoo.models.checkpoints import families, write_google, write_hugging_face
from textzoo.models.checkpoints.config_json import find_writable_family
from textzoo.models.checkpoints.encoder_variables import encoder_shapes
from textzoo.models.presets.variable_paths import variable_paths

# Arguments of `Encoder` of a model of each family that is written.
OPTIONS = {
    families.BERT: {},
    families.ALBERT: {"embedding_size": 8, "shared_layers": True},
    families.DISTILBERT: {"num_segments": 0, "pooler": False},
    families.ELECTRA: {"embedding_size": 8, "pooler": False},
    families.ERNIE: {"num_task_types": 3},
    families.NEZHA: {"position_type": "relative", "max_distance": 4},
    families.ROFORMER: {"position_type": "rotary", "embedding_size": 8, "pooler": False},
}
IDS = np.array([[2, 9, 10, 11, 12, 13, 14, 3], [2, 12, 3, 0, 0, 0, 0, 0]])
by_family = pytest.mark.parametrize("family", OPTIONS, ids=lambda family: family.model_type)


@by_family
@pytest.mark.parametrize("heads", [{}, {"pooler": False, "mlm_head": False}], ids=["heads", "no heads"])
def test_a_table_names_every_variable_once(family, heads):
    encoder = random_encoder(**OPTIONS[family] | heads)
    built = {name: tuple(variable.shape) for name, variable in variable_paths(encoder).items()}
    assert encoder_shapes(encoder.config) == built
    assert len(built) == len(encoder.weights)
    assert find_writable_family(encoder) is family
    has = {"pooler": encoder.pooler is not None, "mlm_head": encoder.mlm_dense is not None}
    names = family.names(encoder.config, **has)
    assert {name.variable for name in names} == set(built)
    for column in ("hugging_face", "google", "bert4keras"):
        named = [getattr(name, column) for name in names if getattr(name, column) is not None]
        assert len(set(named)) == len(named)
    assert all(name.hugging_face for name in names)
    assert {name.variable.rsplit(".")[-1] for name in names if name.transposed} == {"kernel"}


@by_family
def test_folders_of_transformers_and_of_google(family, tmp_path, recwarn):
    encoder = random_encoder(**OPTIONS[family])
    expected = np.asarray(encoder(IDS))
    write_hugging_face(encoder, tmp_path / "hugging_face")
    folders = [tmp_path / "hugging_face"]
    if family in (families.BERT, families.ALBERT, families.NEZHA, families.ROFORMER):
        write_google(encoder, tmp_path / "google")
        folders.append(tmp_path / "google")
    elif family is families.ELECTRA:
        write_google(random_encoder(**OPTIONS[family], mlm_head=False), tmp_path / "google")
    else:
        with pytest.raises(ValueError, match="that Google's format holds. Received: " + family.model_type):
            write_google(encoder, tmp_path / "google")
    for folder in folders:
        loaded = Encoder.from_preset(folder)
        assert {key: loaded.config[key] for key in OPTIONS[family]} == OPTIONS[family]
        np.testing.assert_allclose(np.asarray(loaded(IDS)), expected, atol=1e-6)
        np.testing.assert_array_equal(loaded.token_logits(expected), encoder.token_logits(expected))
    assert not [warning for warning in recwarn if "does not use" in str(warning.message)]


def test_an_architecture_of_no_family_is_refused(tmp_path):
    with pytest.raises(ValueError, match="architecture of a published family: bert, .*position_type rotary.*save_to"):
        write_hugging_face(random_encoder(position_type="rotary", shared_layers=True), tmp_path / "out")
    with pytest.raises(ValueError, match="norm_epsilon 1e-12, which distilbert fixes. Received: 0.001"):
        write_hugging_face(random_encoder(num_segments=0, norm_epsilon=1e-3), tmp_path / "out")
    assert not (tmp_path / "out").exists()
