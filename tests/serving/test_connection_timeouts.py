"""Callers that send no request, or send it or read its answer slowly, lose their connection."""

import asyncio
import socket
import threading

import pytest
import uvicorn

from textzoo.serving import connection_timeouts, request_guard
from textzoo.serving.connection_timeouts import TimedProtocol
from textzoo.serving.request_guard import RequestGuard

BIG = 2**24


async def app(scope, receive, send):
    """Reads the body, then answers with 16 MiB, or a word for the path /word."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"word" if scope["path"] == "/word" else bytes(BIG)})


@pytest.fixture
def address(monkeypatch):
    for module, name in ((connection_timeouts, "HEADER_SECONDS"), (connection_timeouts, "READ_SECONDS")):
        monkeypatch.setattr(module, name, 0.3)
    monkeypatch.setattr(request_guard, "BODY_SECONDS", 0.3)
    guard = RequestGuard(app, max_body_bytes=100, token=None, count=lambda *_: None, log_texts=False)
    config = uvicorn.Config(guard, port=0, http=TimedProtocol, log_level="critical", lifespan="off", ws="none")
    server, listener = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    yield listener.getsockname()
    server.should_exit = True
    thread.join(10)


def talk(address, *parts, pause=0.0):
    """Sends the parts with pauses between them; returns all that comes back until the connection ends."""
    with socket.create_connection(address, timeout=10) as caller:
        for part in parts:
            caller.sendall(part)
            if pause:
                threading.Event().wait(pause)
        received = b""
        try:
            while data := caller.recv(65536):
                received += data
        except ConnectionError:
            pass
        return received


def test_silent_and_slow_headers_are_closed_without_an_answer(address):
    assert talk(address) == b""
    assert talk(address, b"GET /word HTTP/1.1\r\nHost: a\r\nX-") == b""


def test_the_next_request_of_a_connection_is_limited_too(address):
    received = talk(address, b"GET /word HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /", pause=0.1)
    assert received.count(b"200 OK") == 1 and b"word" in received


def test_a_slow_body_is_408(address):
    head = b"POST /word HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n"
    received = talk(address, head, b"half")
    assert received.startswith(b"HTTP/1.1 408") and b"whole body within" in received


def test_an_answer_that_is_not_read_is_given_up(address):
    with socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        caller.settimeout(10)
        caller.connect(address)
        caller.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        threading.Event().wait(0.8)
        received = 0
        try:
            while data := caller.recv(65536):
                received += len(data)
        except ConnectionError:
            pass
    assert received < BIG


def test_no_request_at_all_is_400(address):
    assert talk(address, b"\x16\x03\x01\x00nonsense\r\n\r\n").startswith(b"HTTP/1.1 400")
