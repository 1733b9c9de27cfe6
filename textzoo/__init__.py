"""textzoo: a Keras 3 model zoo for text.

Question-answer pairs and titles from Chinese or English text, the losses, distances and smooth functions of
Su Jianlin's articles, each usable alone::

    from textzoo.models import QAGenerator
    from textzoo.losses import ZLPR
"""

import os
from pathlib import Path

__version__ = "0.1.0"

# On other CPUs than those with AVX-512 VNNI TensorFlow leaves these kernels off, which are up to 1.7 times as fast.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

_checkout = Path(__file__).resolve().parent.parent
if not (Path(__file__).resolve().parent / "models").is_dir() and (_checkout / "models").is_dir():
    __path__.append(str(_checkout))
