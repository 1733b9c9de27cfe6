"""Drawing of docs/smooth_functions.svg: every smooth function at three widths and the function it approximates.

python docs/draw_smooth_functions.py
"""

import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from textzoo.layers import smooth_functions as smooth

WIDTHS = {0.05: "#c8501e", 0.2: "#1f6fb4", 0.5: "#4c8c3f"}
KERNELS = ("logistic", "gaussian")
COLUMNS, SIZE, GAP, TOP = 5, 150, 30, 40  # panels per row; pixels of a panel, between panels, above them
LIMIT = 2.25  # of both axes
X = np.linspace(-LIMIT, LIMIT, 181)

# label: smooth function of (x, kernel=..., width=...), exact function
FUNCTIONS = {
    "step(x)": (smooth.step, lambda x: np.heaviside(x, 0.5)),
    "sign(x)": (smooth.sign, np.sign),
    "relu(x)": (smooth.relu, lambda x: np.maximum(x, 0)),
    "leaky_relu(x, 0.25)": (lambda x, **k: smooth.leaky_relu(x, 0.25, **k), lambda x: np.maximum(x, 0.25 * x)),
    "abs(x)": (smooth.abs, np.abs),
    "clip(x, -1, 1)": (lambda x, **k: smooth.clip(x, x_min=-1.0, x_max=1.0, **k), lambda x: np.clip(x, -1, 1)),
    "maximum(x, -x / 2)": (lambda x, **k: smooth.maximum(x, -x / 2, **k), lambda x: np.maximum(x, -x / 2)),
    "soft_shrink(x, 1)": (lambda x, **k: smooth.soft_shrink(x, 1.0, **k), lambda x: x - np.clip(x, -1, 1)),
    "floor(x)": (smooth.floor, np.floor),
    "round(x)": (smooth.round, lambda x: np.floor(x + 0.5)),
}


def panels_svg() -> str:
    """Returns the panels of all functions, the kernels one below the other."""
    rows = len(KERNELS) * -(-len(FUNCTIONS) // COLUMNS)
    width, height = GAP + COLUMNS * (SIZE + GAP), TOP + rows * (SIZE + GAP) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" '
        'font-size="11" fill="none" stroke-width="1.2">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for i, (label, colour) in enumerate([("the function", "#bbb"), *((f"width {w:g}", c) for w, c in WIDTHS.items())]):
        parts.append(f'<path d="M{GAP + 130 * i} 14 h24" stroke="{colour}" stroke-width="3"/>')
        parts.append(f'<text x="{GAP + 130 * i + 30}" y="18" fill="#333">{label}</text>')
    panels = [(kernel, name, *pair) for kernel in KERNELS for name, pair in FUNCTIONS.items()]
    for number, (kernel, name, function, exact) in enumerate(panels):
        left, top = GAP + number % COLUMNS * (SIZE + GAP), TOP + number // COLUMNS * (SIZE + GAP)
        middle = f"M{left} {top + SIZE / 2} h{SIZE} M{left + SIZE / 2} {top} v{SIZE}"
        parts += [
            f'<rect x="{left}" y="{top}" width="{SIZE}" height="{SIZE}" stroke="#ddd"/>',
            f'<path d="{middle}" stroke="#eee"/>',
            f'<text x="{left}" y="{top - 5}" fill="#333">{name} ({kernel})</text>',
            curve(exact(X), left=left, top=top, colour="#bbb", thickness=3.5),
        ]
        for width, colour in WIDTHS.items():
            y = np.asarray(function(X.astype("float32"), kernel=kernel, width=width))
            parts.append(curve(y, left=left, top=top, colour=colour))
    return "\n".join([*parts, "</svg>"]) + "\n"


def curve(y: np.ndarray, *, left: float, top: float, colour: str, thickness: float = 1.2) -> str:
    """Returns a path through the points where the curve bends; it breaks where the curve leaves the panel."""
    scale = SIZE / (2 * LIMIT)
    inside = np.abs(y) <= LIMIT
    bends = np.abs(np.diff(y, 2, prepend=np.inf, append=np.inf)) * scale > 5e-4
    border = inside & ~(np.roll(inside, 1) & np.roll(inside, -1))
    path, pen = "", "M"
    for i in range(len(X)):
        if not inside[i]:
            pen = "M"
        elif bends[i] or border[i]:
            path += f"{pen}{left + (X[i] + LIMIT) * scale:.1f} {top + (LIMIT - y[i]) * scale:.1f}"
            pen = "L"
    return f'<path d="{path}" stroke="{colour}" stroke-width="{thickness}"/>'


if __name__ == "__main__":
    Path(__file__).with_name("smooth_functions.svg").write_text(panels_svg(), encoding="utf-8")
