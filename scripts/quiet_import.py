"""TensorFlow without the lines that it prints before its log level holds."""

import os
import sys


def quiet_import() -> None:
    """Imports TensorFlow with the error stream turned away, unless `TF_CPP_MIN_LOG_LEVEL` asks for its log."""
    if "tensorflow" in sys.modules or os.environ.get("TF_CPP_MIN_LOG_LEVEL") != "3":
        return
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
