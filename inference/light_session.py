"""Runs the graphs of a model with ONNX Runtime."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from ..data.check_finite import check_finite
from ..data.engines import EngineError
from ..data.preset_config import CONFIG_FILE, WEIGHTS_FILE
from ..data.safetensors_index import map_tensor
from .graphs.graph_builder import GraphBuilder
from .graphs.model_description import ModelDescription

THREADS_VARIABLE = "TEXTZOO_THREADS"


class LightSession:
    """A graph of a model, ready to run. Its weights are the model's own safetensors file.

    Args:
        model: The model.
        graph: One of its graphs.

    Raises:
        EngineError: onnxruntime is missing.
        ValueError: The weights do not fit the graph or are not finite, or `TEXTZOO_THREADS` is no positive integer.
    """

    def __init__(self, model: ModelDescription, graph: GraphBuilder):
        self._ort = import_onnxruntime()
        options = self._ort.SessionOptions()
        options.log_severity_level = 4  # errors are raised, not printed
        self._threads, self._process = num_threads(), os.getpid()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        arrays = {name: map_tensor(model.folder / WEIGHTS_FILE, stored) for name, stored in graph.used.items()}
        numeric = {name: array for name, array in arrays.items() if isinstance(array, np.ndarray)}
        check_finite(numeric, source=model.folder)
        self._weights = [self._value(array) for array in arrays.values()]  # the session refers to their memory
        options.add_external_initializers(list(arrays), self._weights)  # so it opens no path
        try:
            self._session = self._ort.InferenceSession(graph.to_bytes({}), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library has no common base of its errors
            raise ValueError(
                f"{model.folder}: {WEIGHTS_FILE} does not fit {CONFIG_FILE} ({error}); save the model again."
            ) from None
        self._options = self._ort.RunOptions()
        self._options.only_execute_path_to_fetches = True
        self.inputs = {value.name for value in self._session.get_inputs()}

    def _value(self, array: Any) -> Any:
        return self._ort.OrtValue.ortvalue_from_numpy(array) if isinstance(array, np.ndarray) else array

    def __call__(self, feeds: Mapping[str, Any], outputs: Sequence[str]) -> list[Any]:
        """Runs the graph.

        Args:
            feeds: Arrays, or outputs of another run, by the names of inputs; other names are ignored.
            outputs: Names of outputs.

        Returns:
            The outputs as `onnxruntime.OrtValue`, which `.numpy()` converts.

        Raises:
            RuntimeError: This process was forked from the one that opened the session, and the session has several
                threads, which a forked child lacks.
        """
        if self._threads > 1 and os.getpid() != self._process:
            raise RuntimeError(
                f"Process {os.getpid()} was forked from process {self._process} after a model with {self._threads} "
                f"threads was loaded there; set {THREADS_VARIABLE}=1, or start it with "
                'multiprocessing.get_context("spawn") and load the model in it.'
            )
        values = {name: self._value(value) for name, value in feeds.items() if name in self.inputs}
        return self._session.run_with_ort_values(list(outputs), values, self._options)


def num_threads() -> int:
    """Returns the number of threads per process: `TEXTZOO_THREADS`, or 1, which is fastest for small models."""
    text = os.environ.get(THREADS_VARIABLE, "1")
    if not text.isdecimal() or not int(text):
        raise ValueError(f"Expected {THREADS_VARIABLE} of 1 or more. Received: {text!r}.")
    return int(text)


@cache
def import_onnxruntime() -> Any:
    """Returns the module onnxruntime; raises EngineError if it is missing."""
    try:
        import onnxruntime
    except ImportError:
        raise EngineError("The light engine needs onnxruntime; pip install onnxruntime, or use Keras.") from None
    return onnxruntime
