"""SAU, a smooth activation with a trainable slope."""

import keras

from ..data.check_types import check_types
from .smooth_functions.kernels import get_kernel
from .smooth_functions.piecewise_linear import leaky_relu


@keras.saving.register_keras_serializable(package="textzoo")
class SAU(keras.layers.Layer):
    r"""Smooth activation unit: leaky ReLU with a trainable slope, convolved with a narrow Gaussian.

    $$\frac{(1-a)s}{\sqrt{2\pi}} e^{-x^2/2s^2} + \frac{1+a}{2} x + \frac{1-a}{2} x\, \mathrm{erf}\frac{x}{s\sqrt 2}$$

    The slope a is one scalar per layer. With the activation `"sau"` each layer of an encoder learns its own.

    Args:
        negative_slope: float. Initial value of a.
        width: float. s, the Gaussian's standard deviation; not trained.

    Call arguments:
        x: float tensor of any shape.

    Returns:
        Tensor of the shape of x.

    Raises:
        ValueError: `width` is not positive and finite.

    Example:

    >>> SAU()(keras.ops.array([-1.0, 0.0, 2.0])).numpy().round(2).tolist()
    [-0.15..., 0.0, 2.0]

    Reference:
        Biswas et al., https://arxiv.org/abs/2109.13210; Su Jianlin, https://kexue.fm/archives/8718
    """

    @check_types
    def __init__(self, negative_slope: float = 0.15, width: float = 5e-5, **kwargs):
        super().__init__(**kwargs)
        get_kernel("gaussian", width)
        self.config = {"negative_slope": negative_slope, "width": width}
        self.width = width
        constant = keras.initializers.Constant(negative_slope)
        self.negative_slope = self.add_weight(shape=(), initializer=constant, name="negative_slope")
        self.supports_masking = True
        self.built = True

    def call(self, x):
        return leaky_relu(x, self.negative_slope, kernel="gaussian", width=self.width)

    def get_config(self):
        return super().get_config() | self.config
