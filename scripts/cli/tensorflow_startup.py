"""Quiet and fast import of TensorFlow."""

import gc
import os
import sys

GC_THRESHOLD = 50_000  # objects; importing and tracing allocate hundreds of thousands that stay alive


def start_tensorflow() -> None:
    """Imports TensorFlow with standard error silenced, unless `TF_CPP_MIN_LOG_LEVEL` asks for its log.

    TensorFlow prints lines before its log level takes effect. Afterwards garbage is collected less often, and never
    among imported objects: the collector would take a tenth of the time to the first generated pairs.
    """
    if "tensorflow" in sys.modules:
        return
    gc.set_threshold(GC_THRESHOLD)
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "3":
        _import_silently()
        gc.freeze()


def _import_silently() -> None:
    sys.stderr.flush()
    stderr, devnull = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 2)
    try:
        import tensorflow

        tensorflow.get_logger().setLevel("ERROR")
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(devnull)
