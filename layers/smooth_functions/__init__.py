"""Discontinuous and piecewise linear functions, smoothed by convolution with a logistic or Gaussian kernel.

`width` is 1 / t for the logistic kernel of sharpness t, and the standard deviation s for the Gaussian kernel. As it
approaches 0, each function approaches the one it is named after.
"""

from .discontinuous import floor as floor
from .discontinuous import round as round
from .discontinuous import sign as sign
from .discontinuous import step as step
from .piecewise_linear import abs as abs
from .piecewise_linear import clip as clip
from .piecewise_linear import leaky_relu as leaky_relu
from .piecewise_linear import maximum as maximum
from .piecewise_linear import relu as relu
from .piecewise_linear import soft_shrink as soft_shrink
from .smooth import smooth as smooth
