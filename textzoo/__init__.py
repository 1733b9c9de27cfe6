"""textzoo: a Keras 3 model zoo for text.

Question-answer pairs and titles from Chinese or English text, the losses, distances and smooth functions of
Su Jianlin's articles, each usable alone::

    from textzoo.models import QAGenerator
    from textzoo.losses import ZLPR
"""

import importlib
import os
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import (
        data,
        distributed,
        generation,
        inference,
        layers,
        losses,
        metrics,
        models,
        reports,
        scripts,
        serving,
        similarity,
        training,
    )

__version__ = "0.1.0"

__all__ = [
    "data",
    "distributed",
    "generation",
    "inference",
    "layers",
    "losses",
    "metrics",
    "models",
    "reports",
    "scripts",
    "serving",
    "similarity",
    "training",
]

ENGINE_MODULES = {"light": "textzoo.inference.light_engine", "keras": "textzoo.models"}
"""The module that registers each engine when it is imported."""

# On other CPUs than those with AVX-512 VNNI TensorFlow leaves these kernels off, which are up to 1.7 times as fast.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


def __getattr__(name: str) -> ModuleType:
    """Imports a sub-package at its first use."""
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
