"""Processes under load: SIGTERM answers what is in flight, a killed worker comes back."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.serving.server_process import serving

pytestmark = pytest.mark.slow
BODY = {"texts": ["小李昨天在北京大学讲课。王明去了上海。"] * 32, "num_pairs": 50}  # for about a second
ANSWERED = 'textzoo_requests_total{route="/v1/pairs",status="200"}'


def ask(address):
    """Sends one request on a connection of its own; returns its status, or the error's name."""
    try:
        return httpx.post(f"{address}/v1/pairs", json=BODY, timeout=180, trust_env=False).status_code
    except httpx.TransportError as error:
        return type(error).__name__


def children(process):
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def workers(process):
    """Worker processes, without Python's resource tracker."""
    return [pid for pid in children(process) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def shows(client, metric):
    return metric in client.get("/metrics").text


def wait_until(condition, seconds, seen=lambda: None):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, seen()
        time.sleep(0.1)


def wait_for_metric(client, metric):
    """Waits until the metrics show a line; a request is counted after its answer."""
    wait_until(lambda: shows(client, metric), 60, seen=lambda: client.get("/metrics").text)


@pytest.mark.parametrize("count", [1, 2])
def test_sigterm_answers_what_is_in_flight(count, presets, tmp_path):
    with serving(presets[0], "--workers", count, log=tmp_path / "log") as (process, client):
        ask(client.base_url)
        with ThreadPoolExecutor(8) as callers:
            waiting = [callers.submit(ask, client.base_url) for _ in range(8)]
            wait_until(lambda: not shows(client, "textzoo_requests_in_progress 0.0"), 60)
            process.send_signal(signal.SIGTERM)
            statuses = [future.result() for future in waiting]
        assert process.wait(60) in (0, -signal.SIGTERM)
        assert set(statuses) <= {200, "ConnectError", "ReadError"} and 200 in statuses
        log = (tmp_path / "log").read_text(encoding="utf-8")
        assert log.count('"route": "/v1/pairs", "status": 200') == 1 + statuses.count(200)


def test_a_killed_worker_is_replaced_and_its_gauges_are_forgotten(presets, tmp_path):
    with serving(presets[0], "--workers", 2, log=tmp_path / "log") as (process, client):
        wait_until(lambda: len(workers(process)) == 2, 60)
        before = workers(process)
        assert ask(client.base_url) == 200
        wait_for_metric(client, ANSWERED + " 1.0")
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(set(workers(process)) - {before[0]}) == 2, 60)
        assert [ask(client.base_url) for _ in range(4)] == [200] * 4
        wait_for_metric(client, ANSWERED + " 5.0")
        assert shows(client, "textzoo_requests_in_progress 0.0")


@pytest.mark.parametrize("count", [1, 2])
def test_models_that_cannot_be_loaded_end_the_command_with_one_line(count, presets, tmp_path):
    for name in ("config.json", "vocab.txt"):
        (tmp_path / name).write_bytes((presets[1] / name).read_bytes())
    command = [sys.executable, "-m", "textzoo.scripts.main", "serve", str(tmp_path), "--workers", str(count)]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([*command, "--port", "0"], capture_output=True, text=True, env=paths, timeout=180)
    assert run.returncode == 2 and "model.safetensors is missing" in run.stderr and "Traceback" not in run.stderr
