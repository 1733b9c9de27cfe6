"""SVG plot of a training run: loss, flooding level and validation metric by epoch."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from ..data.check_types import check_types
from ..data.files import write_atomically

WIDTH, HEIGHT, MARGIN = 640, 240, 56  # pixels of one panel
COLORS = ("#1f6fb4", "#c8501e", "#4c8c3f")


@check_types
def training_plot(
    history: Mapping[str, Sequence[float]],
    path: str | Path,
    *,
    flooding_level: float | None = None,
    metric: str | None = None,
) -> Path:
    """Plots a training history into an SVG file that any browser opens.

    The upper panel shows the training loss by epoch, the validation loss and the flooding level. The training loss is
    `raw_loss` if it was logged, as with `apply_flooding_in_training`, else `loss`. The lower panel shows the
    validation metric.

    Args:
        history: `History.history` of `fit`: a list of one value per epoch for each logged name.
        path: The file to write.
        flooding_level: Flooding level, drawn as a dashed line; None for no line.
        metric: Logged name for the lower panel. Default: the first logged validation metric that is not a loss.

    Returns:
        The path of the file.

    Raises:
        ValueError: The history holds no loss, or not the metric.

    Example:

    >>> history = {"raw_loss": [0.9, 0.2, 0.04], "val_loss": [1.0, 0.5, 0.4], "val_accuracy": [0.5, 0.8, 0.9]}
    >>> training_plot(history, "plot.svg", flooding_level=0.05).read_text(encoding="utf-8").count("<polyline")
    3
    """
    loss = "raw_loss" if "raw_loss" in history else "loss"
    if loss not in history:
        raise ValueError(f"Expected a history with 'raw_loss' or 'loss'. Received: {sorted(history)}")
    if metric is None:
        losses = ("val_loss", "val_raw_loss", "val_below_level")
        metric = next((name for name in history if name.startswith("val_") and name not in losses), None)
    elif metric not in history:
        raise ValueError(f"Expected a metric of the history, one of {sorted(history)}. Received: {metric!r}")
    panels = [
        _panel([name for name in (loss, "val_loss") if name in history], history, top=0, flooding_level=flooding_level)
    ]
    if metric is not None:
        panels.append(_panel([metric], history, top=HEIGHT))
    size = f'width="{WIDTH}" height="{HEIGHT * len(panels)}"'
    style = 'font-family="sans-serif" font-size="12" fill="none" stroke-width="1.5"'
    path = Path(path)
    write_atomically(
        path,
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{"".join(panels)}</svg>\n',
    )
    return path


def _panel(
    names: list[str], history: Mapping[str, Sequence[float]], *, top: int, flooding_level: float | None = None
) -> str:
    values = [value for name in names for value in history[name] if math.isfinite(value)]
    values += [] if flooding_level is None else [flooding_level]
    low, high = min(values, default=0.0), max(values, default=1.0)
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    epochs = max(len(history[name]) for name in names)
    left, right, bottom = MARGIN, WIDTH - MARGIN, top + HEIGHT - MARGIN / 2

    def x(epoch: int) -> float:
        return left + (right - left) * (epoch / (epochs - 1) if epochs > 1 else 0.5)

    def y(value: float) -> float:
        return bottom - (bottom - top - MARGIN) * (value - low) / (high - low)

    parts = [f'<path d="M{left} {top + MARGIN} V{bottom} H{right}" stroke="#888"/>']
    parts += [_text(f"{value:.4g}", x=left - 6, y=y(value) + 4, anchor="end") for value in (low, high)]
    parts += [_text(str(epoch + 1), x=x(epoch), y=bottom + 16, anchor="middle") for epoch in {0, epochs - 1}]
    for i, name in enumerate(names):
        points = [(x(epoch), y(value)) for epoch, value in enumerate(history[name]) if math.isfinite(value)]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline points="{line}" stroke="{COLORS[i]}"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{COLORS[i]}"/>' for a, b in points]
        parts.append(_text(name, x=left + 150 * i, y=top + 24, color=COLORS[i]))
    if flooding_level is not None:
        height = y(flooding_level)
        parts.append(f'<path d="M{left} {height:.1f} H{right}" stroke="{COLORS[2]}" stroke-dasharray="6 4"/>')
        parts.append(_text(f"level {flooding_level:g}", x=left + 150 * len(names), y=top + 24, color=COLORS[2]))
    return "\n".join(parts) + "\n"


def _text(text: str, *, x: float, y: float, anchor: str = "start", color: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}">{escape(text)}</text>'
