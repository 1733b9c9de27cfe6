"""Damaged requests to a real server: a message with 4xx, never 500, never a stop."""

import json
import os
import random
import socket

import httpx
import pytest

from tests.serving.random_presets import write_presets
from tests.serving.server_process import serving

pytestmark = pytest.mark.fuzz

REQUESTS = int(os.environ.get("TEXTZOO_FUZZ_REQUESTS", "500"))
PATHS = [f"/v1/{name}" for name in "pairs questions titles answers labels distances search models".split()]
FIELDS = ["texts", "pairs", "questions", "queries", "answers", "model", "num_pairs", "seed", "stream", "filter", "tree"]
FIELDS += ["threshold", "k", "measure", "plan", "temperature", "max_question_length", "\ud800", ""]
TEXT = "小李昨天在北京。🙂"
VALUES = [None, True, -1, 0, 2, 10**30, -1e308, float("nan"), float("inf"), "", TEXT, "\ud800", "\x00", "a" * 5000]
METHODS = ["POST", "POST", "POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "NONSENSE"]


def value(rng, depth=0):
    """A random JSON value."""
    kind = rng.random()
    if depth > 3 or kind < 0.6:
        return rng.choice(VALUES)
    count = rng.randrange(4)
    if kind < 0.85:
        return [value(rng, depth + 1) for _ in range(count)]
    return {rng.choice(FIELDS): value(rng, depth + 1) for _ in range(count)}


def body(rng):
    """A body: JSON of wrong types, damaged JSON, bytes, deep nesting or a large one."""
    fields = {rng.choice(FIELDS): value(rng) for _ in range(rng.randrange(4))}
    encoded = json.dumps(fields, ensure_ascii=rng.random() < 0.7).encode("utf-8", "surrogatepass")
    kind = rng.random()
    if kind < 0.6:
        return encoded
    if kind < 0.75:
        cut = rng.randrange(len(encoded) + 1)
        return encoded[:cut] + bytes(rng.randrange(256) for _ in range(rng.randrange(4))) + encoded[cut + 1 :]
    if kind < 0.85:
        return rng.choice([b"[" * 3000, b'{"a":' * 3000, b"1" * 6000, b"\xff\xfe", b"", b"null", b"\xef\xbb\xbf{}"])
    return rng.randbytes(rng.randrange(200)) if kind < 0.97 else b'{"texts": ["' + b"a" * 200_000 + b'"]}'


def half_open(rng, address):
    """Opens a connection, sends a part of a request or noise, and leaves."""
    whole = b"POST /v1/pairs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"
    sent = rng.choice([whole[: rng.randrange(len(whole))], rng.randbytes(rng.randrange(1, 300))])
    with socket.create_connection((address.host, address.port), timeout=30) as caller:
        caller.sendall(sent)


def test_damaged_requests_get_4xx_and_the_service_goes_on(tmp_path):
    (tmp_path / "presets").mkdir()
    presets = write_presets(tmp_path / "presets")
    rng = random.Random(os.environ.get("TEXTZOO_FUZZ_SEED", os.urandom(8).hex()))
    options = ["--max-body-bytes", "100000", "--max-characters", "10000"]
    seen: dict[int, int] = {}
    with serving(*presets, *options, log=tmp_path / "log") as (process, client):
        for _ in range(REQUESTS):
            if rng.random() < 0.05:
                half_open(rng, client.base_url)
                continue
            kind = rng.choice(["application/json"] * 8 + ["text/plain", "multipart/form-data; boundary=x"])
            sent = {"content": body(rng), "headers": {"Content-Type": kind}}
            method, path = rng.choice(METHODS), rng.choice([*PATHS, f"/{rng.random()}", "/v1/%ff%00", "/../x"])
            try:
                response = client.request(method, path, **sent)
            except httpx.RemoteProtocolError:  # closed before the whole of a body was sent
                continue
            seen[response.status_code] = seen.get(response.status_code, 0) + 1
            if response.status_code >= 400 and method != "HEAD":
                assert response.status_code < 500 and response.json()["error"], (method, path, sent, response.text)
        assert client.post("/v1/labels", json={"texts": [TEXT]}).status_code == 200
        assert process.poll() is None and '"level": "error"' not in (tmp_path / "log").read_text(encoding="utf-8")
    print(dict(sorted(seen.items())))
