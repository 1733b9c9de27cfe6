"""Functions with jumps and kinks, smoothed by convolution with a logistic or Gaussian kernel.

`width` is 1 / t for the logistic kernel of sharpness t, and the standard deviation s for the Gaussian kernel. As it
goes to 0 every function here goes to the one it is named after.
"""

from .bends import abs as abs
from .bends import clip as clip
from .bends import leaky_relu as leaky_relu
from .bends import maximum as maximum
from .bends import relu as relu
from .bends import soft_shrink as soft_shrink
from .jumps import floor as floor
from .jumps import round as round
from .jumps import sign as sign
from .jumps import step as step
from .smooth import smooth as smooth
