"""Trainings by the command on several devices and in several processes, beside one device and one process."""

import csv
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

ROOT = Path(__file__).parents[2]
SMALL = ["--num-layers", "1", "--hidden-size", "32", "--num-heads", "2", "--max-length", "16", "--dropout", "0"]
WAIT = 600

needs_jax = pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="needs JAX: .ci/run devices")
pytestmark = [pytest.mark.slow, needs_jax]


@pytest.fixture
def labels(tmp_path):
    """35 texts: the last batch of an epoch has 3."""
    rows = [{"text": f"第{number}天去{'车站公园'[number % 4]}", "labels": ["ab"[number % 2]]} for number in range(35)]
    file = tmp_path / "labels.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def start(backend, file, out, *flags, launcher=None):
    environment = {name: value for name, value in os.environ.items() if name not in ("RANK", "WORLD_SIZE")}
    environment |= {"KERAS_BACKEND": backend, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])} | (launcher or {})
    command = [
        sys.executable,
        "-m",
        "textzoo.scripts.main",
        "train",
        "multilabel",
        str(file),
        "--validation",
        str(file),
    ]
    command += ["--out", str(out), *SMALL, "--batch-size", "16", "--seed", "0", *flags]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True)


def start_hosts(file, out, *flags, files=None):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
    hosts = ["--hosts", "2", "--coordinator", address]
    return [start("jax", (files or [file] * 2)[rank], out, *flags, *hosts, "--rank", str(rank)) for rank in (0, 1)]


def errors(*processes):
    """Returns what the processes wrote on standard error, after their end."""
    return [process.communicate(timeout=WAIT)[1] for process in processes]


def finish(*processes):
    texts = errors(*processes)
    assert [process.returncode for process in processes] == [0] * len(processes), texts


def losses(folder):
    with (folder / "log.csv").open() as file:
        return [[float(row[name]) for name in ("loss", "val_loss", "val_macro_f1")] for row in csv.DictReader(file)]


def check_same(folder, other):
    np.testing.assert_allclose(losses(folder), losses(other), atol=1e-5)
    weights, expected = (load_file(run / "model.safetensors") for run in (folder, other))
    for name, value in expected.items():
        np.testing.assert_allclose(weights[name], value, atol=1e-4, err_msg=name)


@needs_jax
def test_jax_devices_and_processes_train_as_one(labels, tmp_path):
    """With a moving average, accumulation and clipping."""
    options = ["--epochs", "2", "--ema-momentum", "0.9", "--gradient-accumulation-steps", "2"]
    finish(
        start("jax", labels, tmp_path / "one", *options),
        start("jax", labels, tmp_path / "devices", *options, "--devices", "2"),
        *start_hosts(labels, tmp_path / "hosts", *options),
    )
    check_same(tmp_path / "devices", tmp_path / "one")
    check_same(tmp_path / "hosts", tmp_path / "one")


def test_tensorflow_devices_train_as_one(labels, tmp_path):
    finish(
        start("tensorflow", labels, tmp_path / "one", "--epochs", "2"),
        start("tensorflow", labels, tmp_path / "devices", "--epochs", "2", "--devices", "2"),
    )
    check_same(tmp_path / "devices", tmp_path / "one")


@needs_jax
def test_the_end_of_a_process_ends_the_other_and_resuming_is_exact(labels, tmp_path):
    """Rank 1 is killed while rank 0 waits for its part of a gradient, or computes."""
    options = ["--steps", "120", "--learning-rate", "1e-3"]
    backup = tmp_path / "killed" / "backup"
    main, killed = start_hosts(labels, tmp_path / "killed", *options)
    while not list(backup.glob("epoch-*.safetensors")):
        assert main.poll() is None, errors(main, killed)
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    end = time.monotonic() + 120
    (text,) = errors(main)
    assert time.monotonic() < end and main.returncode == 2, text
    assert "rank 1 of 2 ended; start all ranks again, with --resume" in text.splitlines()[-1]
    errors(killed)
    finish(
        *start_hosts(labels, tmp_path / "killed", *options, "--resume"),
        start("jax", labels, tmp_path / "one", *options),
    )
    check_same(tmp_path / "killed", tmp_path / "one")


@needs_jax
def test_what_differs_between_hosts_and_who_is_missing(labels, tmp_path):
    other = tmp_path / "other.jsonl"
    other.write_text(labels.read_text(encoding="utf-8").replace("车", "火"), encoding="utf-8")
    pair = start_hosts(labels, tmp_path / "out", files=[labels, other])
    alone = start(
        "jax", labels, tmp_path / "alone", "--hosts", "3", "--rank", "0", "--coordinator", "127.0.0.1:23999",
        "--host-timeout", "1",
    )  # fmt: skip
    for text in errors(*pair):
        assert "Expected the same on all hosts: file 1, file 2. Received: another on rank 1 than on rank 0." in text
    assert "rank 1 and 2 of 3 did not join 127.0.0.1:23999 within 1 s" in errors(alone)[0]
    assert [process.returncode for process in (*pair, alone)] == [2, 2, 2]
    assert not (tmp_path / "out").exists()


def test_tensorflow_refuses_several_hosts(labels, tmp_path):
    launcher = {"WORLD_SIZE": "2", "RANK": "0", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}
    process = start("tensorflow", labels, tmp_path / "out", launcher=launcher)
    assert "Training on 2 hosts needs JAX; set KERAS_BACKEND=jax" in errors(process)[0]
    assert process.returncode == 2
