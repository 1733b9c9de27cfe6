"""Fusions against their formulas in float64."""

import keras
import numpy as np
import pytest

from tests.layers.references import affine, randomize
from textzoo.layers.direction_fusion import DirectionFusion

pytestmark = pytest.mark.graph

RNG = np.random.default_rng(0)
OWN, OTHER = RNG.normal(size=(2, 2, 3, 5, 4)).astype("float32")


def oracle(fusion, own, other):
    """Computes the fusion vector by vector in float64."""
    out = np.zeros(own.shape)
    for i in np.ndindex(own.shape[:-1]):
        h, f = own[i].astype("float64"), other[i].astype("float64")
        if fusion.kind == "linear":
            out[i] = h + fusion.weight * f
        elif fusion.kind == "nonlinear":
            out[i] = h + fusion.weight * np.tanh(f)
        else:
            gates = 1 / (1 + np.exp(-affine(fusion.gate, np.concatenate([h, f]))))
            out[i] = gates[:4] * h + gates[4:] * f
    return out


@pytest.mark.parametrize("kind", ["linear", "nonlinear", "gate"])
def test_equals_its_formula(kind):
    fusion = randomize(DirectionFusion(4, kind, weight=0.3))
    np.testing.assert_allclose(fusion(OWN, OTHER), oracle(fusion, OWN, OTHER), atol=1e-6)


def test_a_new_gate_keeps_most_of_the_own_context():
    fusion = DirectionFusion(4, "gate")
    np.testing.assert_array_equal(fusion.gate.bias, [2, 2, 2, 2, -2, -2, -2, -2])
    fusion.gate.kernel.assign(np.zeros((8, 8)))
    kept = 1 / (1 + np.exp(-2.0))
    np.testing.assert_allclose(fusion(OWN, OTHER), kept * OWN + (1 - kept) * OTHER, atol=1e-6)


@pytest.mark.parametrize("kind", ["linear", "nonlinear"])
def test_weight_zero_keeps_the_own_context(kind):
    fusion = DirectionFusion(4, kind, weight=0.0)
    np.testing.assert_array_equal(fusion(OWN, OTHER), OWN)
    assert fusion.weights == []


@pytest.mark.parametrize("kind", ["linear", "nonlinear", "gate"])
def test_saved_and_loaded(kind, tmp_path):
    own, other = keras.Input((4,)), keras.Input((4,))
    fusion = randomize(DirectionFusion(4, kind, weight=0.3))
    model = keras.Model([own, other], fusion(own, other))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded([OWN[0, 0], OTHER[0, 0]]), model([OWN[0, 0], OTHER[0, 0]]))


def test_an_unknown_kind_raises():
    with pytest.raises(ValueError, match="Expected kind 'linear', 'nonlinear' or 'gate'. Received: 'sum'"):
        DirectionFusion(4, "sum")
