"""Builder of ONNX graphs."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...data.decoding_constants import MASKED_LOGIT
from ...data.quantized_tensors import SCALE_SUFFIX, ZERO_POINT
from ...data.safetensors_index import TensorLocation
from . import onnx_format as onnx

_ELEMENT_TYPES = {
    "float32": onnx.FLOAT,
    "float16": onnx.FLOAT16,
    "uint8": onnx.UINT8,
    "int64": onnx.INT64,
    "bool": onnx.BOOL,
}
_MIN_SCALE = 1e-12


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

    def __init__(self, name: str, weights: Mapping[str, TensorLocation], *, location: str):
        self.name, self.weights, self.location = name, weights, location
        self.used: dict[str, TensorLocation] = {}
        self._nodes: list[tuple[str, Sequence[str], list[str], Mapping[str, Any]]] = []
        self._output_names: dict[str, str] = {}
        self._initializers: list[bytes] = []
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []
        self._constants: dict[tuple, str] = {}
        self._float_weights: dict[str, str] = {}
        self._quantized_rows: dict[str, tuple[str, str]] = {}
        self._count = 0

    def _new_name(self, hint: str) -> str:
        self._count += 1
        return f"{hint}_{self._count}"

    def input(self, name: str, dtype: str, shape: Sequence[int | str]) -> str:
        """Declares an input of the graph; a string in the shape names a dimension of any size."""
        self._inputs.append(onnx.value_info(name, _ELEMENT_TYPES[dtype], shape))
        return name

    def output(self, name: str, value: str, dtype: str, shape: Sequence[int | str]) -> None:
        """Declares the result of an operator as an output of the graph; a result may be several outputs."""
        value = self("Identity", value) if value in self._output_names else value
        self._output_names[value] = name
        self._outputs.append(onnx.value_info(name, _ELEMENT_TYPES[dtype], shape))

    def __call__(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Adds an operator and returns its only output."""
        return self.outputs_of(operator, *inputs, count=1, **attributes)[0]

    def outputs_of(self, operator: str, *inputs: str, count: int, **attributes: Any) -> list[str]:
        """Adds an operator and returns its outputs."""
        outputs = [self._new_name(operator) for _ in range(count)]
        self._nodes.append((operator, inputs, outputs, attributes))
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
        if name not in self._float_weights:
            value = self._stored(name)
            if self.weights[name].dtype == "uint8":
                value = self._dequantized(value, self.weight(name + SCALE_SUFFIX))
            elif self.weights[name].dtype != "float32":
                value = self.to_float(value)
            self._float_weights[name] = value
        return self._float_weights[name]

    def _stored(self, name: str) -> str:
        """Adds a weight as it is stored, once."""
        if name not in self.weights:
            raise ValueError(f"{self.location} lacks the tensor {name}; save the model again.")
        if name not in self.used:
            stored = self.used[name] = self.weights[name]
            place = {"location": self.location, "offset": stored.offset, "length": stored.length}
            self._initializers.append(onnx.external_tensor(name, _ELEMENT_TYPES[stored.dtype], stored.shape, place))
        return name

    # === Weights in 8 bits ===

    def is_quantized(self, name: str) -> bool:
        """Returns whether a weight is stored in 8 bits."""
        return name in self.weights and self.weights[name].dtype == "uint8"

    def _dequantized(self, values: str, scale: str) -> str:
        return self("Mul", self("Sub", self.to_float(values), self.constant(float(ZERO_POINT))), scale)

    def _quantize_rows(self, x: str) -> tuple[str, str]:
        """Rounds each row of a value to 8 bits; returns uint8 values and a scale `[..., 1]` per row."""
        if x not in self._quantized_rows:
            largest = self("ReduceMax", self("Abs", x), axes=[-1], keepdims=1)
            scale = self("Mul", self("Max", largest, self.constant(_MIN_SCALE)), self.constant(1 / 127))
            shifted = self("Add", self("Div", x, scale), self.constant(ZERO_POINT + 0.5))  # a cast rounds down
            self._quantized_rows[x] = self("Cast", shifted, to=onnx.UINT8), scale
        return self._quantized_rows[x]

    def matmul(self, x: str, name: str, *, transposed: bool = False) -> str:
        """Multiplies by a weight. Where it is stored in 8 bits, the rows of `x` are rounded to 8 bits, too.

        Args:
            x: float32 `[..., inputs]`.
            name: Name of a weight `[inputs, outputs]`.
            transposed: Whether the weight is `[outputs, inputs]`.
        """
        if not self.is_quantized(name):
            weight = self.weight(name)
            return self("MatMul", x, self.transpose(weight, 1, 0) if transposed else weight)
        (values, row_scale), weight = self._quantize_rows(x), self._stored(name)
        scale, zero = self.weight(name + SCALE_SUFFIX), self.constant(ZERO_POINT, "uint8")
        if transposed:
            weight, scale = self.transpose(weight, 1, 0), self.transpose(scale, 1, 0)
        product = self.to_float(self("MatMulInteger", values, weight, zero, zero))
        return self("Mul", self("Mul", product, row_scale), scale)

    def rows(self, name: str, ids: str) -> str:
        """Returns rows of a weight in float32."""
        if not self.is_quantized(name):
            return self("Gather", self.weight(name), ids)
        scale = self("Gather", self.weight(name + SCALE_SUFFIX), ids)
        return self._dequantized(self("Gather", self._stored(name), ids), scale)

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

    def masked(self, logits: str, mask: str) -> str:
        """Lowers logits by 1e9 where a mask is False: a sum is faster than a choice over all logits."""
        return self("Add", logits, self("Where", mask, self.constant(0.0), self.constant(MASKED_LOGIT)))

    def dense(self, x: str, name: str) -> str:
        """Applies a dense layer of the model."""
        return self("Add", self.matmul(x, f"{name}.kernel"), self.weight(f"{name}.bias"))

    def layer_norm(self, x: str, name: str, epsilon: float) -> str:
        """Applies a layer normalization of the model."""
        scale, shift = self.weight(f"{name}.gamma"), self.weight(f"{name}.beta")
        return self("LayerNormalization", x, scale, shift, axis=-1, epsilon=float(epsilon))

    def to_bytes(self, metadata: Mapping[str, str]) -> bytes:
        """Returns the content of the graph's .onnx file."""

        def named(values: Sequence[str]) -> list[str]:
            return [self._output_names.get(value, value) for value in values]

        return onnx.model(
            self.name,
            nodes=[onnx.node(name, named(used), named(made), options) for name, used, made, options in self._nodes],
            initializers=self._initializers,
            inputs=self._inputs,
            outputs=self._outputs,
            metadata=metadata,
        )
