"""Callbacks, learning-rate schedules and run directories for `fit`."""

from .best_weights import BestWeights as BestWeights
from .cross_fitted_drafts import cross_fitted_drafts as cross_fitted_drafts
from .flooding_monitor import FloodingMonitor as FloodingMonitor
from .gradient_checkpointing import enable_gradient_checkpointing as enable_gradient_checkpointing
from .gradient_penalty import gradient_penalty as gradient_penalty
from .lora import enable_lora as enable_lora
from .lora import merged_lora as merged_lora
from .progress_bar import ProgressBar as ProgressBar
from .restore_on_nan import RestoreOnNaN as RestoreOnNaN
from .run_directory import RunDirectory as RunDirectory
from .stop_after_steps import StopAfterSteps as StopAfterSteps
from .training_state import TrainingState as TrainingState
from .warmup_linear_decay import WarmupLinearDecay as WarmupLinearDecay
