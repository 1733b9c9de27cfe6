"""What `fit` is helped by: schedules, callbacks, the folder of a run."""

from .adamw import adamw as adamw
from .backup import Backup as Backup
from .best_weights import BestWeights as BestWeights
from .flooding_monitor import FloodingMonitor as FloodingMonitor
from .gradient_penalty import gradient_penalty as gradient_penalty
from .lora import enable_lora as enable_lora
from .lora import merged_lora as merged_lora
from .progress_bar import ProgressBar as ProgressBar
from .remat import remat as remat
from .run_folder import RunFolder as RunFolder
from .stop_after import StopAfter as StopAfter
from .stop_at_nan import StopAtNaN as StopAtNaN
from .training_plot import training_plot as training_plot
from .two_fold_drafts import two_fold_drafts as two_fold_drafts
from .warmup_linear_decay import WarmupLinearDecay as WarmupLinearDecay
