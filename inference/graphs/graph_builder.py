"""Builder of ONNX graphs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...data.safetensors_index import StoredTensor
from . import onnx_format as onnx

_ELEMENT_TYPES = {"float32": onnx.FLOAT, "float16": onnx.FLOAT16, "int64": onnx.INT64, "bool": onnx.BOOL}


class GraphBuilder:
    """Builds a graph operator by operator; values are named by strings.

    Args:
        name: Name of the graph.
        weights: The stored weights of the model, by name.
        location: File name of the weights, relative to the graph's folder.

    Example:

    >>> graph = GraphBuilder("double", {}, location="model.safetensors")
    >>> x = graph.input("x", "float32", ["n"])
    >>> graph.output("y", graph("Mul", x, graph.constant(2.0)), "float32", ["n"])
    >>> len(graph.to_bytes({})) < 200
    True
    """

    def __init__(self, name: str, weights: Mapping[str, StoredTensor], *, location: str):
        self.name, self.weights, self.location = name, weights, location
        self.used: dict[str, StoredTensor] = {}
        self._nodes: list[bytes] = []
        self._initializers: list[bytes] = []
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []
        self._constants: dict[tuple, str] = {}
        self._float_weights: dict[str, str] = {}
        self._count = 0

    def _new_name(self, hint: str) -> str:
        self._count += 1
        return f"{hint}_{self._count}"

    def input(self, name: str, dtype: str, shape: Sequence[int | str]) -> str:
        """Declares an input of the graph; a string in the shape names a dimension of any size."""
        self._inputs.append(onnx.value_info(name, _ELEMENT_TYPES[dtype], shape))
        return name

    def output(self, name: str, value: str, dtype: str, shape: Sequence[int | str]) -> None:
        """Declares a value as an output of the graph."""
        self._nodes.append(onnx.node("Identity", [value], [name], {}))
        self._outputs.append(onnx.value_info(name, _ELEMENT_TYPES[dtype], shape))

    def __call__(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Adds an operator and returns its only output."""
        return self.outputs_of(operator, *inputs, count=1, **attributes)[0]

    def outputs_of(self, operator: str, *inputs: str, count: int, **attributes: Any) -> list[str]:
        """Adds an operator and returns its outputs."""
        outputs = [self._new_name(operator) for _ in range(count)]
        self._nodes.append(onnx.node(operator, inputs, outputs, attributes))
        return outputs

    def constant(self, value: Any, dtype: str = "float32") -> str:
        """Adds a constant, once per value."""
        array = np.asarray(value, dtype)
        key = (array.tobytes(), array.shape, dtype)
        if key not in self._constants:
            self._constants[key] = self._new_name("constant")
            content = array.tobytes()
            self._initializers.append(onnx.tensor(self._constants[key], _ELEMENT_TYPES[dtype], array.shape, content))
        return self._constants[key]

    def ints(self, *values: int) -> str:
        """Adds a constant int64 `[n]`."""
        return self.constant(values, "int64")

    def weight(self, name: str) -> str:
        """Returns a weight of the model in float32; raises ValueError if the model lacks it."""
        if name in self._float_weights:
            return self._float_weights[name]
        if name not in self.weights:
            raise ValueError(f"{self.location} lacks the tensor {name}; save the model again.")
        stored = self.weights[name]
        self.used[name] = stored
        place = {"location": self.location, "offset": stored.offset, "length": stored.length}
        self._initializers.append(onnx.external_tensor(name, _ELEMENT_TYPES[stored.dtype], stored.shape, place))
        value = name if stored.dtype == "float32" else self("Cast", name, to=onnx.FLOAT)
        self._float_weights[name] = value
        return value

    # === Compositions ===

    def to_float(self, x: str) -> str:
        return self("Cast", x, to=onnx.FLOAT)

    def to_int(self, x: str) -> str:
        return self("Cast", x, to=onnx.INT64)

    def sizes(self, x: str, start: int, end: int) -> str:
        """Returns the sizes int64 `[end - start]` of some axes."""
        return self("Shape", x, start=start, end=end)

    def reshape(self, x: str, *sizes: int | str) -> str:
        """Reshapes; sizes are ints, with the 0 and -1 of ONNX, or vectors of sizes."""
        parts = [size if isinstance(size, str) else self.ints(size) for size in sizes]
        return self("Reshape", x, parts[0] if len(parts) == 1 else self("Concat", *parts, axis=0))

    def transpose(self, x: str, *axes: int) -> str:
        return self("Transpose", x, perm=list(axes))

    def unsqueeze(self, x: str, *axes: int) -> str:
        return self("Unsqueeze", x, self.ints(*axes))

    def slice(self, x: str, start: int | str, end: int | str, *, axis: int) -> str:
        start, end = (bound if isinstance(bound, str) else self.ints(bound) for bound in (start, end))
        return self("Slice", x, start, end, self.ints(axis))

    def dense(self, x: str, name: str) -> str:
        """Applies a dense layer of the model."""
        return self("Add", self("MatMul", x, self.weight(f"{name}.kernel")), self.weight(f"{name}.bias"))

    def layer_norm(self, x: str, name: str, epsilon: float) -> str:
        """Applies a layer normalization of the model."""
        scale, shift = self.weight(f"{name}.gamma"), self.weight(f"{name}.beta")
        return self("LayerNormalization", x, scale, shift, axis=-1, epsilon=float(epsilon))

    def to_bytes(self, metadata: Mapping[str, str]) -> bytes:
        """Returns the content of the graph's .onnx file."""
        return onnx.model(
            self.name,
            nodes=self._nodes,
            initializers=self._initializers,
            inputs=self._inputs,
            outputs=self._outputs,
            metadata=metadata,
        )
