"""Counts of several workers, whatever a killed one has left behind."""

import os

from prometheus_client import CollectorRegistry
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from textzoo.serving.metrics import FOLDER_VARIABLE, Metrics

ENDED = 2**22 + 1  # no process of Linux has this number


def write_counts(folder, kind, pid, name, value):
    key = mmap_key(name, name, ["status"], ["200"], "Help.")
    counts = MmapedDict(str(folder / f"{kind}_{pid}.db"))
    counts.write_value(key, value, 0.0)
    counts.close()


def test_counts_of_ended_workers_stay_and_their_gauges_go(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    for pid, value in ((os.getpid(), 1.0), (ENDED, 4.0)):
        write_counts(tmp_path, "counter", pid, "requests_total", value)
        write_counts(tmp_path, "gauge_livesum", pid, "waiting", value)
    text = Metrics(CollectorRegistry()).text().decode()
    assert 'requests_total{status="200"} 5.0' in text and 'waiting{status="200"} 1.0' in text


def test_a_worker_killed_while_it_created_a_file_hides_no_counts(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    (tmp_path / f"counter_{ENDED}.db").touch()
    write_counts(tmp_path, "counter", os.getpid(), "requests_total", 2.0)
    assert 'requests_total{status="200"} 2.0' in Metrics(CollectorRegistry()).text().decode()
