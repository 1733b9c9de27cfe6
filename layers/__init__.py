"""Building blocks of models: attention, encoder layer, copy head, smooth functions and activations."""

from . import smooth_functions as smooth_functions
from .activation import get_activation as get_activation
from .direction_fusion import DirectionFusion as DirectionFusion
from .smooth_activation_unit import SAU as SAU
from .smooth_functions.smooth import smooth as smooth
from .smooth_relu import SmoothReLU as SmoothReLU
from .source_prior import SourcePrior as SourcePrior
