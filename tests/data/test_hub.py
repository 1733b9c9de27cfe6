"""Models of the hub: a hand-laid cache, and downloads from a fake hub on this machine."""

import hashlib
import http.server
import json
import os
import threading

import pytest

from textzoo.data.find_preset import find_preset
from textzoo.data.hub import cached_models, hub_folder, model_files

COMMIT, OTHER = "a" * 40, "b" * 40
FILES = {
    "config.json": b'{"model_type": "bert"}',
    "vocab.txt": b"[PAD]\n",
    "tokenizer.json": b"{}",
    "model.safetensors": b"weights",
    "pytorch_model.bin": b"pickle",
    "modeling_custom.py": b"raise SystemExit",
    "README.md": b"card",
}
NEEDED = ["config.json", "model.safetensors", "vocab.txt"]


def lay_cache(cache, repo="hfl/rbt3", *, commit=COMMIT, ref="main", files=NEEDED):
    """Lays a model into a cache as huggingface_hub does; returns its folder."""
    root = cache / f"models--{repo.replace('/', '--')}"
    folder = root / "snapshots" / commit
    for name in files:
        blob = root / "blobs" / hashlib.sha256(name.encode()).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(FILES.get(name, b"x"))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(os.path.relpath(blob, folder))
    (root / "refs").mkdir(exist_ok=True)
    (root / "refs" / ref).write_text(commit)
    return folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache; every request to a hub fails."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    return tmp_path


def test_a_cached_model_needs_no_hub(cache):
    folder = lay_cache(cache)
    assert hub_folder("hf://hfl/rbt3") == find_preset("hf://hfl/rbt3@main") == folder
    assert hub_folder(f"hf://hfl/rbt3@{COMMIT}") == folder
    other = lay_cache(cache, commit=OTHER, ref="v1")
    assert hub_folder("hf://hfl/rbt3@v1") == other and hub_folder("hf://hfl/rbt3") == folder


def test_cached_models_are_listed(cache):
    assert cached_models() == []
    folder = lay_cache(cache)
    lay_cache(cache, "someone/incomplete", files=["config.json"])
    lay_cache(cache, commit=OTHER, ref="v1")
    assert [model.address for model in cached_models()] == ["hf://hfl/rbt3", "hf://hfl/rbt3@v1"]
    assert cached_models()[0].folder == folder


def test_without_network_and_cache_one_line_names_the_cure(cache):
    lay_cache(cache, "a/b", files=["config.json"])
    for address in ("hf://hfl/rbt3", "hf://a/b"):
        with pytest.raises(
            ValueError, match=f"^{address}: the hub cannot be reached and the cache .* download it once"
        ):
            hub_folder(address)


def test_damaged_caches_and_links_out_of_them(cache, tmp_path):
    lay_cache(cache, "a/whole")
    folder = lay_cache(cache, "a/linked")
    (tmp_path / "elsewhere").write_bytes(b"secret")
    (folder / "vocab.txt").unlink()
    (folder / "vocab.txt").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(
        ValueError, match="^hf://a/linked: .*vocab.txt links to a file outside the model's cache; remove"
    ):
        hub_folder("hf://a/linked")
    for name, ref in [("a/bytes", b"\xff"), ("a/path", b"../../../etc"), ("a/nul", b"\0"), ("a/line", b"a\n")]:
        lay_cache(cache, name)
        (cache / f"models--{name.replace('/', '--')}" / "refs" / "main").write_bytes(ref)
        with pytest.raises(ValueError, match=f"^{name.join(['hf://', ''])}: the hub cannot be reached"):
            hub_folder(f"hf://{name}")
    (lay_cache(cache, "a/broken") / "model.safetensors").resolve().unlink()
    (cache / "models--a--file").write_text("no folder")
    (cache / "models--a--none" / "snapshots").mkdir(parents=True)
    named = [model.address for model in cached_models()]
    assert "hf://a/whole" in named and not {"hf://a/linked", "hf://a/broken"} & set(named)
    assert all(address == "hf://a/whole" or address.endswith(f"@{COMMIT}") for address in named)


@pytest.mark.parametrize("name", ["a--b/c", "a/b..c", "a/b.git"])
def test_names_that_the_hub_does_not_give(name, cache):
    with pytest.raises(ValueError, match=f"^hf://{name}: no model of the hub has such a name .*check owner and name.$"):
        hub_folder(f"hf://{name}")


@pytest.mark.parametrize(
    "address", ["hf://", "hf://a/b/c", "hf://a/b@", "hf://../x", "hf://a/b@../../x", "hf://a b", "hf://a/b?x"]
)
def test_malformed_addresses(address, cache):
    with pytest.raises(ValueError) as error:
        find_preset(address)
    assert "\n" not in str(error.value) and address in str(error.value)


def test_a_bare_name_suggests_the_hub():
    for name in ("bert-base-chinese", "hfl/chinese-roberta-wwm-ext"):
        with pytest.raises(ValueError, match=f"For the model of the Hugging Face hub, pass hf://{name}.$"):
            find_preset(name)
    for name in ("https://huggingface.co/hfl/rbt3", "hf.co/hfl/rbt3/", "hf:hfl/rbt3", "HF://hfl/rbt3", "hfl/rbt3"):
        with pytest.raises(ValueError, match="pass hf://hfl/rbt3.$"):
            find_preset(name)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (FILES, ["config.json", "vocab.txt", "model.safetensors"]),
        (
            ["config.json", "tokenizer.json", "tokenizer_config.json", "modules.json", "model.safetensors", "a.py"],
            ["config.json", "tokenizer.json", "tokenizer_config.json", "modules.json", "model.safetensors"],
        ),
        (
            [f"model-0000{i}-of-00002.safetensors" for i in (1, 2)]
            + ["config.json", "vocab.txt", "model.safetensors.index.json", "pytorch_model.bin"],
            ["config.json", "vocab.txt", "model.safetensors.index.json"]
            + [f"model-0000{i}-of-00002.safetensors" for i in (1, 2)],
        ),
        (
            ["bert_config.json", "vocab.txt", "bert_model.ckpt.index", "bert_model.ckpt.data-00000-of-00001"],
            ["bert_config.json", "vocab.txt", "bert_model.ckpt.data-00000-of-00001", "bert_model.ckpt.index"],
        ),
    ],
)
def test_only_the_files_that_loading_needs(names, expected):
    assert model_files(set(names), "hf://a/b") == expected


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["config.json", "vocab.txt", "pytorch_model.bin"], "a pickle, .* Run hf download a/b --local-dir b and pass"),
        (["config.json", "model.safetensors"], "expected .* vocab.txt or tokenizer.json.*Received: config.json, model"),
        ([], "Received: no file"),
        (
            ["config.json", "vocab.txt", "model.safetensors.index.json", "model-00001-of-00002.safetensors"],
            "Received: config.json, model-00001",
        ),
    ],
)
def test_models_that_lack_files(names, message):
    with pytest.raises(ValueError, match=message):
        model_files(set(names), "hf://a/b@main")


class FakeHub(http.server.BaseHTTPRequestHandler):
    """The three requests of the hub's protocol that a download makes."""

    requested: list[str] = []

    def log_message(self, format, *args):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.partition("?")[0]
        self.requested.append(f"{self.command} {path}")
        name = path.rpartition("/")[2]
        if path.startswith(("/api/models/hfl/rbt3/revision/main", f"/api/models/hfl/rbt3/revision/{COMMIT}")) or (
            path == "/api/models/hfl/rbt3"
        ):
            siblings = [{"rfilename": name} for name in FILES]
            return self.reply(json.dumps({"id": "hfl/rbt3", "sha": COMMIT, "siblings": siblings}).encode())
        if path.startswith("/api/models/hfl/rbt3/tree/"):
            files = [{"type": "file", "path": n, "size": len(c), "oid": "0" * 40} for n, c in FILES.items()]
            return self.reply(json.dumps(files).encode())
        if path.startswith("/hfl/rbt3/resolve/") and name in FILES:
            return self.reply(FILES[name], {"ETag": hashlib.sha1(FILES[name]).hexdigest(), "X-Repo-Commit": COMMIT})
        code = "RevisionNotFound" if path.startswith("/api/models/hfl/rbt3/") else "RepoNotFound"
        self.reply(b"{}", {"X-Error-Code": code}, status=404)

    def reply(self, content, headers=None, status=200):
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)


@pytest.fixture
def hub():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FakeHub)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    FakeHub.requested.clear()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_download(hub, cache, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", hub)
    template = f"{hub}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
    monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
    folder = hub_folder("hf://hfl/rbt3")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {name: FILES[name] for name in NEEDED}
    assert not any(name.endswith((".py", ".bin", ".md")) for name in FakeHub.requested)
    with pytest.raises(ValueError, match="^hf://hfl/none: the hub has no such model; check owner and name"):
        hub_folder("hf://hfl/none")
    with pytest.raises(ValueError, match="^hf://hfl/rbt3@none: the model has no such revision; check what follows @"):
        hub_folder("hf://hfl/rbt3@none")
    FakeHub.requested.clear()
    assert hub_folder("hf://hfl/rbt3") == folder and FakeHub.requested == []
