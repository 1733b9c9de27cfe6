"""A picture of a training: plain loss, flooding level, validation metric."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 640, 240, 56
COLOURS = ("#1f6fb4", "#c8501e", "#4c8c3f")


def training_plot(
    history: Mapping[str, Sequence[float]], path: str | Path, level: float | None = None, metric: str | None = None
) -> Path:
    """Draw a training into an SVG file that any browser opens.

    The upper panel holds the plain loss by epoch (`raw_loss` where it was logged, as with `apply_flooding_in_training`,
    else `loss`), the validation loss and the flooding level; the lower panel the validation metric.

    Args:
        history: `History.history` of `fit`: a list of one value an epoch for each logged name.
        path: the file to write.
        level: flooding level, drawn as a dashed line.
        metric: logged name for the lower panel; by default the first of validation that is not a loss.

    Returns:
        The path written.

    Raises:
        ValueError: the history holds no loss, or not the metric.

    Example:

    >>> history = {"raw_loss": [0.9, 0.2, 0.04], "val_loss": [1.0, 0.5, 0.4], "val_accuracy": [0.5, 0.8, 0.9]}
    >>> training_plot(history, "plot.svg", level=0.05).read_text(encoding="utf-8").count("<polyline")
    3
    """
    loss = "raw_loss" if "raw_loss" in history else "loss"
    if loss not in history:
        raise ValueError(f"Expected a history with 'raw_loss' or 'loss'. Received: {sorted(history)}")
    if metric is None:
        ours = ("val_loss", "val_raw_loss", "val_below_level")
        metric = next((name for name in history if name.startswith("val_") and name not in ours), None)
    elif metric not in history:
        raise ValueError(f"Expected a metric of the history, one of {sorted(history)}. Received: {metric!r}")
    panels = [_panel([name for name in (loss, "val_loss") if name in history], history, 0, level)]
    if metric is not None:
        panels.append(_panel([metric], history, HEIGHT))
    size = f'width="{WIDTH}" height="{HEIGHT * len(panels)}"'
    style = 'font-family="sans-serif" font-size="12" fill="none" stroke-width="1.5"'
    path = Path(path)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{"".join(panels)}</svg>\n',
        encoding="utf-8",
    )
    return path


def _panel(names: list[str], history: Mapping[str, Sequence[float]], top: int, level: float | None = None) -> str:
    values = [v for name in names for v in history[name] if math.isfinite(v)] + ([] if level is None else [level])
    low, high = min(values, default=0.0), max(values, default=1.0)
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    epochs = max(len(history[name]) for name in names)
    left, right, bottom = MARGIN, WIDTH - MARGIN, top + HEIGHT - MARGIN / 2

    def x(epoch: int) -> float:
        return left + (right - left) * (epoch / (epochs - 1) if epochs > 1 else 0.5)

    def y(value: float) -> float:
        return bottom - (bottom - top - MARGIN) * (value - low) / (high - low)

    parts = [f'<path d="M{left} {top + MARGIN} V{bottom} H{right}" stroke="#888"/>']
    parts += [_text(left - 6, y(v) + 4, f"{v:.4g}", "end") for v in (low, high)]
    parts += [_text(x(e), bottom + 16, str(e + 1), "middle") for e in {0, epochs - 1}]
    for i, name in enumerate(names):
        points = [(x(e), y(v)) for e, v in enumerate(history[name]) if math.isfinite(v)]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline points="{line}" stroke="{COLOURS[i]}"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="2.5" fill="{COLOURS[i]}"/>' for a, b in points]
        parts.append(_text(left + 150 * i, top + 24, name, colour=COLOURS[i]))
    if level is not None:
        parts.append(f'<path d="M{left} {y(level):.1f} H{right}" stroke="{COLOURS[2]}" stroke-dasharray="6 4"/>')
        parts.append(_text(left + 150 * len(names), top + 24, f"level {level:g}", colour=COLOURS[2]))
    return "\n".join(parts) + "\n"


def _text(x: float, y: float, text: str, anchor: str = "start", colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(text)}</text>'
