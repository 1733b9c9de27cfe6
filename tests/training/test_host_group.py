"""Meeting of processes, here threads, and the notice of one that ends."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from textzoo.training.host_group import HostGroup

GLOO = ValueError("UNKNOWN: Gloo all-reduce failed: Connection closed by peer")


@pytest.fixture
def address():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


def meet(address, *ranks, count=2, timeout=20.0):
    """Starts a process of each rank; returns the groups or the errors, in the order of the ranks."""

    def start(rank):
        own_count = count if isinstance(count, int) else count[rank]
        try:
            return HostGroup(address, rank=rank, count=own_count, timeout=timeout)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(len(ranks)) as threads:
        return list(threads.map(start, ranks))


def test_all_ranks_meet_get_one_port_and_finish(address):
    groups = meet(address, 2, 0, 1, count=3)
    assert len({group.port for group in groups}) == 1
    threads = [threading.Thread(target=group.finish) for group in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


def test_missing_ranks_are_named_by_rank_0_and_by_those_that_came(address):
    message = f"rank 1 and 3 of 4 did not join {address} within 1 s; start it there"
    assert meet(address, 0, 2, count=4, timeout=1) == [message, message]


def test_rank_0_is_missing(address):
    assert meet(address, 1, timeout=0.3) == [f"rank 0 did not answer at {address} within 0.3 s; start it there"]


def test_connections_of_other_programs_are_closed(address, monkeypatch):
    monkeypatch.setattr("textzoo.training.host_group.HELLO_SECONDS", 0.1)
    with ThreadPoolExecutor(1) as thread:
        rank_0 = thread.submit(HostGroup, address, rank=0, count=2, timeout=20)
        lines = [b"GET / HTTP/1.1\r\n\r\n", b'{"rank": 1}\n', b'{"rank": [], "count": 2}\n', b"[" * 60000 + b"\n", b""]
        sent = []
        for line in lines:
            sent.append(connect(address))
            sent[-1].sendall(line)
        other = HostGroup(address, rank=1, count=2, timeout=20)
        assert rank_0.result().port == other.port
        assert all(stray.recv(1) == b"" for stray in sent)
    for group in (other, rank_0.result()):
        group.finish()
    for stray in sent:
        stray.close()


def connect(address):
    host, _, port = address.rpartition(":")
    for _ in range(1000):
        try:
            return socket.create_connection((host, int(port)))
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise TimeoutError(address)


def test_a_rank_that_was_started_twice(address):
    assert set(meet(address, 0, 1, 1, count=3)) == {"rank 1 was started twice; give each process its own --rank"}


def test_another_number_of_hosts(address):
    assert set(meet(address, 0, 1, count=(2, 3))) == {"rank 1: expected --hosts 2. Received: 3."}


def test_a_port_in_use(address):
    with socket.create_server(("", int(address.rpartition(":")[2]))):
        (error,) = meet(address, 0)
    assert "Address already in use; choose another port of --coordinator" in error


def test_the_end_of_a_process_explains_the_error_of_the_others(address):
    group, peer = meet(address, 0, 1)
    peer._ending.set()  # else this process would end
    peer._peers[0].socket.shutdown(socket.SHUT_RDWR)
    assert group.failure(GLOO) == "rank 1 of 2 ended; start all ranks again, with --resume"
    group.abandon(GLOO)


def test_an_error_reaches_the_others(address):
    group, peer = meet(address, 0, 1)
    peer.abandon(ValueError("pairs.jsonl, line 3:\nexpected an answer"))
    assert group.failure(GLOO) == "rank 1 of 2 ended: pairs.jsonl, line 3: expected an answer"
    assert group.failure(ValueError("another error")) == ""
    group.abandon(GLOO)
