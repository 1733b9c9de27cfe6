"""Losses and weights of trainings on several devices and processes, beside those of one device.

    python -m benchmarks.training_devices

Every way trains the same question generator (1 layer of 32) in two epochs of batches of 16, on one machine: JAX on one
device, on two logical CPUs, and in two processes that communicate by gloo; TensorFlow on one device and on two logical
CPUs. Gradients are clipped. Without dropout, a way is compared with one device of its backend; with dropout, its first
run with a second one. Writes benchmarks/training_devices.md.
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.harness import ROOT, current_command, machine

# Backend, devices and processes of each way; the first of a backend is the one that others are compared with.
WAYS = {
    "JAX, one device": ("jax", 1, 1),
    "JAX, 2 devices": ("jax", 2, 1),
    "JAX, 2 processes": ("jax", 1, 2),
    "TensorFlow, one device": ("tensorflow", 1, 1),
    "TensorFlow, 2 devices": ("tensorflow", 2, 1),
}
# Optimizer, dropout and number of examples; 35 leave a last batch of 3.
RUNS = {
    "sgd": ("sgd", 0.0, 35),
    "adamw": ("adamw", 0.0, 32),
    "dropout": ("adamw", 0.1, 32),
    "again": ("adamw", 0.1, 32),
}


def train(optimizer_name: str, dropout: float, count: int) -> dict[str, np.ndarray]:
    """Trains a model; returns the loss of each epoch and the weights."""
    import keras

    from textzoo.data import QAExample
    from textzoo.models import QAGenerator
    from textzoo.models.adamw import adamw
    from textzoo.models.replicas import clip_summed_gradients
    from textzoo.training import ModelConfig, create_model
    from textzoo.training.devices import divide_batches

    texts = [
        f"{name}昨天去了{place}。" for name in "王李张刘陈杨赵" for place in ("车站", "公园", "学校", "大厅", "图书馆")
    ]
    examples = [
        QAExample(text, text[0] * (number % 7) + "去了哪里？", text[5:-1], 5) for number, text in enumerate(texts)
    ]
    model = create_model(
        QAGenerator,
        ModelConfig(num_layers=1, hidden_size=32, num_heads=2, dropout=dropout),
        texts=texts + ["哪里？"],
        max_lengths={"max_source_length": 16, "max_answer_length": 4, "max_question_length": 12},
        extra_positions=2,
        seed=0,
    )
    sgd = keras.optimizers.SGD(0.1, global_clipnorm=0.5)
    model.compile(adamw(1e-2, max_grad_norm=0.5) if optimizer_name == "adamw" else clip_summed_gradients(sgd))
    divide_batches(model)
    history = model.fit(examples[:count], epochs=2, batch_size=16, verbose=0).history
    arrays = {str(number): weight for number, weight in enumerate(model.get_weights())}
    return arrays | {"loss": np.array(history["loss"])}


def work(folder: Path, devices: int, hosts: int, rank: int, port: int) -> None:
    """Trains all runs in this process and saves their results."""
    from textzoo.training import DeviceConfig, process_rank, use_devices

    options = {"hosts": hosts, "rank": rank, "coordinator": f"127.0.0.1:{port}"} if hosts > 1 else {}
    with use_devices(DeviceConfig(devices=devices, **options)):
        for name, run in RUNS.items():
            arrays = train(*run)
            if process_rank() == 0:
                np.savez(folder / f"{name}.npz", **arrays)  # pyright: ignore[reportArgumentType]


def start(folder: Path, backend: str, devices: int, hosts: int) -> list[subprocess.Popen]:
    """Starts the processes of a way."""
    folder.mkdir(exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    environment = os.environ | {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    command = [sys.executable, "-m", "benchmarks.training_devices", "--work", str(folder)]
    numbers = [str(devices), str(hosts)]
    return [
        subprocess.Popen([*command, *numbers, str(rank), str(port)], env=environment, cwd=ROOT) for rank in range(hosts)
    ]


def differences(one: Path, other: Path) -> tuple[float, float]:
    """Returns the largest differences of losses and of weights between two saved runs."""
    with np.load(one) as first, np.load(other) as second:
        gaps = {name: float(np.abs(first[name] - second[name]).max()) for name in first.files}
    return gaps.pop("loss"), max(gaps.values())


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", nargs=5, help=argparse.SUPPRESS)
    parser.add_argument("--at-once", action="store_true", help="start all ways together")
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    if options.work:
        folder, *numbers = options.work
        work(Path(folder), *map(int, numbers))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folders = {name: Path(temporary) / str(number) for number, name in enumerate(WAYS)}
        running = []
        for name, way in WAYS.items():
            running += start(folders[name], *way)
            if not options.at_once:
                running[-1].wait()
        if any(process.wait() for process in running):
            raise SystemExit("a training failed")
        rows = []
        for name, (backend, *_) in WAYS.items():
            one = folders[next(way for way, (other, *_) in WAYS.items() if other == backend)]
            loss = np.load(folders[name] / "sgd.npz")["loss"]
            gaps = [differences(one / f"{run}.npz", folders[name] / f"{run}.npz") for run in ("sgd", "adamw")]
            gaps.append(differences(folders[name] / "dropout.npz", folders[name] / "again.npz"))
            cells = [f"{value:.1e}" if value else "0" for gap in gaps for value in gap]
            rows.append(f"| {name} | {', '.join(f'{value:.6f}' for value in loss)} | {' | '.join(cells)} |")
    versions = ", ".join(f"{package} {version(package)}" for package in ("keras", "jax", "tensorflow"))
    lines = [
        f"`{current_command()}`, {machine()}; {versions}. Largest absolute differences: for SGD and AdamW from one "
        "device of the backend, with dropout between two runs of the way.",
        "",
        "| way | losses, SGD | SGD: losses | weights | AdamW: losses | weights | dropout: losses | weights |",
        "|---|---|---|---|---|---|---|---|",
        *rows,
    ]
    options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
