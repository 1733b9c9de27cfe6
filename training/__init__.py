"""Trainer, its settings, callbacks, learning-rate schedules and run directories.

A name is imported at its first use: settings need no Keras, and `textzoo train TASK --help` starts quickly.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .best_weights import BestWeights as BestWeights
    from .cross_fitting import cross_fitted_drafts as cross_fitted_drafts
    from .device_config import DeviceConfig as DeviceConfig
    from .devices import use_devices as use_devices
    from .flooding_monitor import FloodingMonitor as FloodingMonitor
    from .gradient_checkpointing import enable_gradient_checkpointing as enable_gradient_checkpointing
    from .gradient_norm_penalty import gradient_penalty as gradient_penalty
    from .lora import enable_lora as enable_lora
    from .lora import merged_lora as merged_lora
    from .model_config import ModelConfig as ModelConfig
    from .model_factory import create_model as create_model
    from .model_factory import initializer_range as initializer_range
    from .processes import check_same_on_hosts as check_same_on_hosts
    from .processes import process_count as process_count
    from .processes import process_rank as process_rank
    from .progress_bar import ProgressBar as ProgressBar
    from .restore_on_nan import RestoreOnNaN as RestoreOnNaN
    from .run_directory import RunDirectory as RunDirectory
    from .stop_after_steps import StopAfterSteps as StopAfterSteps
    from .trainer import Trainer as Trainer
    from .training_config import GeneratorTrainingConfig as GeneratorTrainingConfig
    from .training_config import TrainingConfig as TrainingConfig
    from .training_state import TrainingState as TrainingState
    from .warmup_linear_decay import WarmupLinearDecay as WarmupLinearDecay

_MODULES = {
    "BestWeights": "best_weights",
    "DeviceConfig": "device_config",
    "FloodingMonitor": "flooding_monitor",
    "GeneratorTrainingConfig": "training_config",
    "ModelConfig": "model_config",
    "ProgressBar": "progress_bar",
    "RestoreOnNaN": "restore_on_nan",
    "RunDirectory": "run_directory",
    "StopAfterSteps": "stop_after_steps",
    "Trainer": "trainer",
    "TrainingConfig": "training_config",
    "TrainingState": "training_state",
    "WarmupLinearDecay": "warmup_linear_decay",
    "check_same_on_hosts": "processes",
    "create_model": "model_factory",
    "cross_fitted_drafts": "cross_fitting",
    "enable_gradient_checkpointing": "gradient_checkpointing",
    "enable_lora": "lora",
    "gradient_penalty": "gradient_norm_penalty",
    "initializer_range": "model_factory",
    "merged_lora": "lora",
    "process_count": "processes",
    "process_rank": "processes",
    "use_devices": "devices",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
