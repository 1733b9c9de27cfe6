"""Choice of the engine that runs a command's model."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from textzoo.scripts.cli.arguments import Precision

EngineName = Literal["auto", "light", "keras"]
TRAINED_TASKS = ("QAGenerator", "TitleGenerator", "ExtractiveQA", "MultiLabelClassifier")


@dataclass(frozen=True, kw_only=True)
class EngineOptions:
    """Engine that runs the model.

    Args:
        engine: light runs the model by ONNX Runtime and starts within a second; keras runs every model and is faster
            for thousands of texts; auto chooses.
    """

    engine: EngineName = "auto"


@dataclass(frozen=True, kw_only=True)
class PrecisionOptions(EngineOptions):
    """Engine that runs the model, and its precision.

    Args:
        precision: Keras dtype policy. Computation is in half precision except with float32; results differ slightly.
            bfloat16 also halves the memory of the weights; it cannot train.
    """

    precision: Precision = "float32"


def open_model(
    task: str,
    preset: str,
    *,
    engine: EngineName,
    num_inputs: int | None = None,
    precision: str = "float32",
    **options: Any,
) -> Any:
    """Loads a model on an engine, and says on standard error which one it is.

    `auto` takes the light engine for few texts on a CPU if it covers the model, else Keras.

    Args:
        task: Name of the model's class.
        preset: Preset's name or folder.
        engine: `"auto"`, `"light"` or `"keras"`.
        num_inputs: Number of texts; None: unknown, such as a stream.
        precision: Keras dtype policy; the light engine computes in float32.
        **options: Further arguments of either engine's loader.

    Raises:
        ValueError: The preset cannot be loaded, is a model of another task, or `light` does not cover it or the
            precision.
    """
    if engine == "light" and precision != "float32":
        raise ValueError(f"--engine light computes in float32; remove --precision {precision} or pass --engine keras")
    from textzoo.data.engines import EngineError, load_with_engine

    if engine == "light":
        return _light(task, preset, **options)
    if engine == "auto":
        from textzoo.inference.light_engine import prefers_light

        if prefers_light(num_inputs=num_inputs, precision=precision):
            try:
                return _light(task, preset, **options)
            except EngineError:  # not covered
                pass
    from textzoo.scripts.cli.tensorflow_startup import start_tensorflow

    _check_task(task, preset)
    start_tensorflow()
    dtype = {} if task == "ContextualEmbedder" else {"dtype": precision}
    model = load_with_engine("keras", task, preset, **dtype, **options)
    print("engine: keras", file=sys.stderr)
    return model


def _check_task(task: str, preset: str) -> None:
    """Raises ValueError for a model of another task: it loads, for fine-tuning, but its answers are random."""
    from textzoo.data.find_preset import find_preset
    from textzoo.data.preset_config import CONFIG_FILE, preset_classes
    from textzoo.data.read_json import read_json

    folder = find_preset(preset)
    path = folder / CONFIG_FILE
    if task not in TRAINED_TASKS or not path.is_file() or "class" not in read_json(path):
        return
    classes = [name.rpartition(">")[2] for name in preset_classes(folder)]
    if task not in classes:
        raise ValueError(f"{preset}: expected a trained {task}. Received: {', '.join(classes)}.")


def _light(task: str, preset: str, **options: Any) -> Any:
    from textzoo.data.engines import load_with_engine
    from textzoo.inference.light_session import num_threads

    model = load_with_engine("light", task, preset, **options)
    threads = num_threads()
    print(f"engine: light, {threads} thread{'s' * (threads > 1)}", file=sys.stderr)
    return model


def count_lines(path: str | None) -> int | None:
    """Counts the lines of a file; None for standard input and pipes."""
    if path in (None, "-") or not Path(path).is_file():
        return None
    with open(path, "rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))
