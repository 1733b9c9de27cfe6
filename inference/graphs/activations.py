"""Activations as ONNX operators."""

import math
from typing import Any

from ...data.config_fields import OBJECT, POSITIVE, check_field, choice
from ...data.engines import EngineError
from .graph_builder import GraphBuilder

_OPERATORS = {"relu": "Relu", "tanh": "Tanh", "sigmoid": "Sigmoid", "softplus": "Softplus", "elu": "Elu"}
_REACH = 9.0  # of the Gaussian kernel, in widths
_OPTIONS = {"kernel": choice("gaussian", "logistic"), "width": POSITIVE}  # of the smooth activations
_SAU_DEFAULTS = {"width": 5e-5}
_SMOOTH_RELU_DEFAULTS = {"kernel": "gaussian", "width": 0.5}


def activation(graph: GraphBuilder, spec: Any, x: str, *, layer: str) -> str:
    """Applies an activation.

    Args:
        graph: The graph.
        spec: Name or saved configuration, as in the configuration of `Encoder`.
        x: Its input.
        layer: Path of the activation's weights.

    Returns:
        The output.

    Raises:
        EngineError: The activation has no graph.
    """
    name, config = _name_and_config(spec)
    if name in ("gelu", "gelu_tanh", "gelu_new"):
        return _gelu(graph, x, exact=name == "gelu")
    if name in ("silu", "swish"):
        return graph("Mul", x, graph("Sigmoid", x))
    if name == "linear":
        return x
    if name in _OPERATORS:
        return graph(_OPERATORS[name], x)
    if name == "smooth_relu":
        return _smooth_relu(graph, x, **_SMOOTH_RELU_DEFAULTS | config)
    if name == "sau":
        slope = graph.weight(f"{layer}.negative_slope")
        smoothed = _smooth_relu(graph, x, kernel="gaussian", **_SAU_DEFAULTS | config)
        rest = graph("Sub", graph.constant(1.0), slope)
        return graph("Add", graph("Mul", slope, x), graph("Mul", rest, smoothed))
    raise EngineError(f"The light engine has no activation {name!r}; use Keras.")


def _name_and_config(spec: Any) -> tuple[str, dict]:
    """Returns the name of an activation, in our spelling, and the options of a saved layer."""
    if isinstance(spec, str):
        return spec, {}
    name = spec.get("registered_name") or spec.get("class_name")
    layers = {"textzoo>SAU": ("sau", ("width",)), "textzoo>SmoothReLU": ("smooth_relu", ("kernel", "width"))}
    if name not in layers:
        return str(name), {}
    short_name, names = layers[name]
    config = spec.get("config")
    check_field("activation.config", config, OBJECT)
    options = {key: value for key, value in config.items() if key in names}
    for key, value in options.items():
        check_field(f"activation.config.{key}", value, _OPTIONS[key])
    return short_name, options


def _gelu(graph: GraphBuilder, x: str, *, exact: bool) -> str:
    if exact:
        inner = graph("Erf", graph("Div", x, graph.constant(math.sqrt(2))))
    else:
        cubic = graph("Mul", graph("Mul", graph("Mul", x, x), x), graph.constant(0.044715))
        inner = graph("Tanh", graph("Mul", graph("Add", x, cubic), graph.constant(math.sqrt(2 / math.pi))))
    return graph("Mul", graph("Mul", x, graph("Add", inner, graph.constant(1.0))), graph.constant(0.5))


def _smooth_relu(graph: GraphBuilder, x: str, *, kernel: str, width: float) -> str:
    """Applies max(x, 0) + width tail(|x| / width), see `textzoo.layers.smooth_functions`."""
    v = graph("Abs", graph("Div", x, graph.constant(width)))
    if kernel == "logistic":
        tail = graph("Log", graph("Add", graph("Exp", graph("Neg", v)), graph.constant(1.0)))
    else:
        v = graph("Min", v, graph.constant(_REACH))
        exponent = graph("Mul", graph("Mul", v, v), graph.constant(-0.5))
        density = graph("Div", graph("Exp", exponent), graph.constant(math.sqrt(2 * math.pi)))
        beyond = graph("Sub", graph.constant(1.0), graph("Erf", graph("Div", v, graph.constant(math.sqrt(2)))))
        tail = graph("Relu", graph("Sub", density, graph("Mul", graph("Mul", v, beyond), graph.constant(0.5))))
    return graph("Add", graph("Relu", x), graph("Mul", tail, graph.constant(width)))
