"""A running service with random models of every task."""

import json
import shutil
from types import SimpleNamespace

import pytest

from tests.serving.random_presets import write_presets
from tests.serving.server_process import serving

TEXTS = [
    "小李昨天在北京大学讲课。王明去了上海。",
    "王明今天去上海图书馆。",
    "北京大学在北京，王明在大学讲课，来了两百人。",
    "小李来了。",
]


@pytest.fixture(scope="session")
def presets(tmp_path_factory):
    return write_presets(tmp_path_factory.mktemp("presets"))


@pytest.fixture(scope="session")
def judged(presets, tmp_path_factory):
    """Generators with a pair_quality.json, without and with a reader in their folder."""
    folder = tmp_path_factory.mktemp("judged")
    without, reading = shutil.copytree(presets[0], folder / "without"), shutil.copytree(presets[0], folder / "reading")
    quality = {"intercept": 6.0, "question_logprob": 1.0, "min_probability": 0.5}
    (without / "pair_quality.json").write_text(json.dumps(quality))
    (reading / "pair_quality.json").write_text(json.dumps(quality | {"round_trip": 1.0}))
    shutil.copytree(presets[1], reading / "reader")
    return [without, reading]


@pytest.fixture(scope="session")
def index(presets, tmp_path_factory):
    """An index of `textzoo index` over TEXTS."""
    from textzoo.scripts import main as textzoo

    folder = tmp_path_factory.mktemp("index")
    texts = folder / "texts.txt"
    texts.write_text("\n".join(TEXTS), encoding="utf-8")
    options = ["--encoder", str(presets[0]), "--engine", "light", "--measure", "wrd"]
    assert textzoo.main(["index", str(texts), "--out", str(folder / "index"), *options]) == 0
    return folder / "index"


@pytest.fixture(scope="session")
def service(presets, judged, index, tmp_path_factory):
    """`client`, `log()` and `texts` of a server with all models and the index."""
    log = tmp_path_factory.mktemp("log") / "log.jsonl"
    limits = ["--max-texts", "16", "--max-characters", "2000", "--max-body-bytes", "20000", "--deadline", "30"]
    with serving(*presets, *judged, "--index", index, *limits, log=log) as (process, client):
        yield SimpleNamespace(
            client=client,
            process=process,
            texts=TEXTS,
            log=lambda: [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()],
        )
