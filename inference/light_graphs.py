"""The graphs of a model, each opened at its first use."""

from collections.abc import Mapping, Sequence
from typing import Any

from .graphs.model_description import ModelDescription
from .graphs.model_graphs import model_graphs
from .light_session import LightSession, import_onnxruntime


class LightGraphs:
    """Runs the graphs of a model by name.

    Args:
        model: The model.

    Raises:
        EngineError: The model has a part without a graph, or onnxruntime is missing.
    """

    def __init__(self, model: ModelDescription):
        import_onnxruntime()
        self.model = model
        self._graphs = model_graphs(model)
        self._sessions: dict[str, LightSession] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._graphs

    def run(self, name: str, feeds: Mapping[str, Any], outputs: Sequence[str]) -> list[Any]:
        """Runs a graph; see `LightSession`."""
        if name not in self._sessions:
            self._sessions[name] = LightSession(self.model, self._graphs[name])
        return self._sessions[name](feeds, outputs)

    def run_arrays(self, name: str, feeds: Mapping[str, Any], outputs: Sequence[str]) -> list[Any]:
        """Runs a graph and returns NumPy arrays."""
        return [value.numpy() for value in self.run(name, feeds, outputs)]
