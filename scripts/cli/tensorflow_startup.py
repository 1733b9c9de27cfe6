"""TensorFlow without the lines that it prints before its log level holds, and with the collector seldom at work."""

import gc
import os
import sys

COLLECT_AFTER = 50_000  # objects; an import and a traced function make hundreds of thousands that stay


def start_tensorflow() -> None:
    """Imports TensorFlow with the error stream turned away, unless `TF_CPP_MIN_LOG_LEVEL` asks for its log.

    Garbage is collected less often from here on, and not among what was imported: otherwise a tenth of the time to the
    first pairs goes into looking for some.
    """
    if "tensorflow" in sys.modules:
        return
    gc.set_threshold(COLLECT_AFTER)
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "3":
        _import_without_error_stream()
        gc.freeze()


def _import_without_error_stream() -> None:
    sys.stderr.flush()
    stderr, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import tensorflow

        tensorflow.get_logger().setLevel("ERROR")
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)
