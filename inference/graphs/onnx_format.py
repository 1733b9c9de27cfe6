"""Encoding of ONNX models: the messages of onnx.proto that a graph of operators needs."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

FLOAT, UINT8, INT64, BOOL, FLOAT16 = 1, 2, 7, 9, 10
OPSET, IR_VERSION = 17, 8

_VARINT, _FIXED32, _BYTES = 0, 5, 2  # wire types of protocol buffers
_EXTERNAL = 1


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1  # negative numbers take ten bytes
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _field(number: int, value: int | float | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3 | _VARINT) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | _FIXED32) + struct.pack("<f", value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | _BYTES) + _varint(len(content)) + content


def _fields(number: int, values: Iterable[int | float | str | bytes]) -> bytes:
    return b"".join(_field(number, value) for value in values)


def tensor(name: str, element_type: int, shape: Sequence[int], content: bytes) -> bytes:
    """Encodes a TensorProto that holds its own data."""
    return _fields(1, map(int, shape)) + _field(2, element_type) + _field(8, name) + _field(9, content)


def external_tensor(name: str, element_type: int, shape: Sequence[int], place: Mapping[str, str | int]) -> bytes:
    """Encodes a TensorProto whose data is in another file.

    Args:
        name: Name of the value in the graph.
        element_type: `FLOAT`, `FLOAT16` or `UINT8`.
        shape: Shape of the tensor.
        place: `location`, `offset` and `length` of the content.
    """
    entries = [_field(1, key) + _field(2, str(value)) for key, value in place.items()]
    return (
        _fields(1, map(int, shape))
        + _field(2, element_type)
        + _field(8, name)
        + _fields(13, entries)
        + _field(14, _EXTERNAL)
    )


def node(operator: str, inputs: Sequence[str], outputs: Sequence[str], attributes: Mapping[str, Any]) -> bytes:
    """Encodes a NodeProto; attributes are ints, floats, strings or lists of ints."""
    return (
        _fields(1, inputs)
        + _fields(2, outputs)
        + _field(3, f"{operator}:{outputs[0]}")
        + _field(4, operator)
        + _fields(5, [_attribute(name, value) for name, value in attributes.items()])
    )


def _attribute(name: str, value: Any) -> bytes:
    if isinstance(value, int):
        return _field(1, name) + _field(3, value) + _field(20, 2)
    if isinstance(value, float):
        return _field(1, name) + _field(2, value) + _field(20, 1)
    if isinstance(value, str):
        return _field(1, name) + _field(4, value) + _field(20, 3)
    return _field(1, name) + _fields(8, value) + _field(20, 7)


def value_info(name: str, element_type: int, shape: Sequence[int | str]) -> bytes:
    """Encodes a ValueInfoProto; a string in the shape names a dimension of any size."""
    dimensions = [_field(1, size) if isinstance(size, int) else _field(2, size) for size in shape]
    tensor_type = _field(1, element_type) + _field(2, _fields(1, dimensions))
    return _field(1, name) + _field(2, _field(1, tensor_type))


def model(
    name: str,
    *,
    nodes: Iterable[bytes],
    initializers: Iterable[bytes],
    inputs: Iterable[bytes],
    outputs: Iterable[bytes],
    metadata: Mapping[str, str],
) -> bytes:
    """Encodes a ModelProto."""
    graph = _fields(1, nodes) + _field(2, name) + _fields(5, initializers) + _fields(11, inputs) + _fields(12, outputs)
    entries = [_field(1, key) + _field(2, value) for key, value in metadata.items()]
    return (
        _field(1, IR_VERSION)
        + _field(2, "textzoo")
        + _field(7, graph)
        + _field(8, _field(2, OPSET))
        + _fields(14, entries)
    )
