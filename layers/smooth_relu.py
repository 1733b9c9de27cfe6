"""Smoothed ReLU layer."""

import keras

from ..data.check_types import check_types
from .smooth_functions.kernels import get_kernel
from .smooth_functions.piecewise_linear import relu


@keras.saving.register_keras_serializable(package="textzoo")
class SmoothReLU(keras.layers.Layer):
    """ReLU convolved with a kernel: w softplus(x / w) (logistic), or x Φ(x / w) + w φ(x / w) (Gaussian).

    The activation name `"smooth_relu"` selects the defaults.

    Args:
        kernel: `"gaussian"` or `"logistic"`.
        width: float, w. The Gaussian's standard deviation s, or 1 / t for the logistic kernel of sharpness t.

    Call arguments:
        x: float tensor of any shape.

    Returns:
        Tensor of the shape of x.

    Raises:
        ValueError: the kernel is unknown, or `width` is not positive and finite.

    Example:

    >>> SmoothReLU("logistic", 1.0)(keras.ops.array([-1.0, 0.0, 1.0])).numpy().round(3).tolist()
    [0.312..., 0.693..., 1.312...]

    Reference:
        Su Jianlin, https://kexue.fm/archives/8718
    """

    @check_types
    def __init__(self, kernel: str = "gaussian", width: float = 0.5, **kwargs):
        super().__init__(**kwargs)
        get_kernel(kernel, width)
        self.kernel, self.width = kernel, width
        self.supports_masking = True
        self.built = True

    def call(self, x):
        return relu(x, kernel=self.kernel, width=self.width)

    def get_config(self):
        return super().get_config() | {"kernel": self.kernel, "width": self.width}
