"""What `fit` is helped by: schedules, callbacks, the folder of a run."""

from .adamw import adamw as adamw
from .best_weights import BestWeights as BestWeights
from .progress_bar import ProgressBar as ProgressBar
from .run_folder import RunFolder as RunFolder
from .stop_after import StopAfter as StopAfter
from .warmup_linear_decay import WarmupLinearDecay as WarmupLinearDecay
