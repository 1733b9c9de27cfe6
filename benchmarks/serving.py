"""Service: throughput beside a loop and LitServe, memory, overload, and the death of a worker.

    python -m benchmarks.serving
    python -m benchmarks.serving --parts throughput --rounds 3

The model is tiny-zh on the light engine with one thread, 3 pairs per passage of recipes/passages/zh.jsonl. LitServe
runs the same engine in batches of 16 across requests. The clients share the machine with the server. Writes a section
of benchmarks/serving.md for each part.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import httpx

from benchmarks.harness import ROOT, current_command, machine, ratio, write_section

PAGE = Path(__file__).with_suffix(".md")
REQUESTS, CALLERS, NUM_PAIRS = 60, 8, 3
LOOP = """
import json, sys, time
from textzoo.inference import LightQAGenerator
model = LightQAGenerator.from_preset("tiny-zh")
model.generate("春天来了。", num_pairs=1)
texts = json.load(sys.stdin)
start, cpu = time.perf_counter(), time.process_time()
for text in texts:
    model.generate(text, num_pairs=3)
print(time.perf_counter() - start, time.process_time() - cpu)
"""


def passages() -> list[str]:
    lines = (ROOT / "recipes" / "passages" / "zh.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"][:200] for line in lines]


@contextlib.contextmanager
def server(module: str, *argv: str):
    """Starts a server on a free port; yields its process and address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", module, *(word.format(port=port) for word in argv)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{address}/health", timeout=10).status_code == 200:
                    break
            time.sleep(0.2)
        yield process, address
    finally:
        process.terminate()
        process.wait(60)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # LitServe's workers outlive it


def textzoo(*argv: str):
    return server("textzoo.scripts.main", "serve", "tiny-zh", "--port", "{port}", *argv)


class Load:
    """Callers that send one request after the other, and what came back."""

    def __init__(self, address: str, path: str = "/v1/pairs"):
        self.url, self.statuses, self.seconds = address + path, Counter(), []

    async def ask(self, client: httpx.AsyncClient, text: str) -> None:
        start = time.perf_counter()
        try:
            response = await client.post(self.url, json={"texts": [text], "num_pairs": NUM_PAIRS})
            status = response.status_code
            if status == 503:
                assert int(response.headers["Retry-After"]) >= 1
        except httpx.TransportError as error:
            status = type(error).__name__
        self.statuses[status] += 1
        if status == 200:
            self.seconds.append(time.perf_counter() - start)

    async def run(self, texts, callers: int = CALLERS) -> float:
        """Sends the texts, `callers` at once; returns the seconds."""
        queue = iter(texts)

        async def caller():
            for text in queue:
                await self.ask(client, text)

        async with httpx.AsyncClient(timeout=300, trust_env=False) as client:
            start = time.perf_counter()
            await asyncio.gather(*(caller() for _ in range(callers)))
            return time.perf_counter() - start


def cpu_seconds(pid: int) -> float:
    """Returns the CPU seconds of a process and of those that it has started."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    threads = Path(f"/proc/{pid}/task").iterdir()
    children = [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    return own + sum(map(cpu_seconds, children))


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def throughput(args: argparse.Namespace) -> list[str]:
    texts = (passages() * REQUESTS)[:REQUESTS]
    seconds: dict[str, list[float]] = {"textzoo serve": [], "generate in a loop": [], "LitServe": []}
    cpu: dict[str, list[float]] = {name: [] for name in seconds}
    servers = {
        "textzoo serve": (textzoo, "/v1/pairs"),
        "LitServe": (lambda: server("benchmarks.peers.litserve_pairs", "{port}"), "/predict"),
    }
    latencies = []
    for _ in range(args.rounds):
        for name, (start, path) in servers.items():
            with start() as (process, address):
                load, before = Load(address, path), cpu_seconds(process.pid)
                seconds[name].append(asyncio.run(load.run(texts)))
                cpu[name].append(cpu_seconds(process.pid) - before)
            assert load.statuses == {200: REQUESTS}, load.statuses
            latencies += load.seconds if path == "/v1/pairs" else []
        run = subprocess.run([sys.executable, "-c", LOOP], input=json.dumps(texts), capture_output=True, text=True)
        for values, value in zip((seconds, cpu), run.stdout.split(), strict=True):
            values["generate in a loop"].append(float(value))
    rows = [
        f"| {name} | {REQUESTS / statistics.median(values):.2f} | {ratio(values, seconds['textzoo serve'])} | "
        f"{statistics.median(cpu[name]) / REQUESTS:.3f} |"
        for name, values in seconds.items()
    ]
    middle, late = statistics.median(latencies), percentile(latencies, 0.95)
    return [
        f"{REQUESTS} requests, {CALLERS} at once, {args.rounds} rounds in turns. LitServe {version('litserve')}.",
        "",
        "| way | requests a second | time in units of textzoo serve | CPU seconds a request |",
        "|---|---|---|---|",
        *rows,
        "",
        f"Latency of textzoo serve: median {middle:.2f} s, 95th percentile {late:.2f} s, {late / middle:.2f} times.",
    ]


def memory_mib(pid: int) -> float:
    match = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    assert match
    return int(match[1]) / 1024


def soak(args: argparse.Namespace) -> list[str]:
    found, samples = passages(), []
    texts = [text[: 20 + 37 * number % 180] for number, text in enumerate(found * 10_000)]

    async def run(load: Load, pid: int) -> None:
        end = time.monotonic() + args.seconds

        def until_end():
            for text in texts:
                if time.monotonic() > end:
                    return
                yield text

        work = asyncio.create_task(load.run(until_end()))
        start = time.monotonic()
        while not work.done():
            samples.append((time.monotonic() - start, memory_mib(pid)))
            await asyncio.wait({work}, timeout=2)

    with textzoo() as (process, address):
        load = Load(address)
        asyncio.run(run(load, process.pid))
    first = max(memory for moment, memory in samples if moment <= 60)
    last = max(memory for moment, memory in samples if moment > 60)
    return [
        f"{args.seconds} seconds, {CALLERS} callers, texts of 20 to 200 characters: {load.statuses.total()} requests, "
        f"statuses {dict(load.statuses)}. Greatest memory in the first minute {first:.0f} MiB, later {last:.0f} MiB "
        f"({100 * (last / first - 1):+.1f} %).",
    ]


def overload(args: argparse.Namespace) -> list[str]:
    texts, deadline, limit = (passages() * 100)[:40], 20, 16

    async def flood(load: Load, rate: float) -> None:
        async with httpx.AsyncClient(timeout=300, trust_env=False, limits=httpx.Limits(max_connections=None)) as client:
            tasks = []
            for number in range(int(rate * args.flood)):
                tasks.append(asyncio.create_task(load.ask(client, texts[number % len(texts)])))
                await asyncio.sleep(1 / rate)
            await asyncio.gather(*tasks)

    with textzoo("--deadline", str(deadline), "--max-requests", str(limit)) as (_, address):
        capacity = len(texts) / asyncio.run(Load(address).run(texts))
        load = Load(address)
        asyncio.run(flood(load, 3 * capacity))
        after = Load(address)
        again = len(texts) / asyncio.run(after.run(texts))
    return [
        f"Capacity {capacity:.2f} requests a second with {CALLERS} callers; then {3 * capacity:.2f} a second for "
        f"{args.flood} seconds, with --max-requests {limit} --deadline {deadline}: statuses {dict(load.statuses)}, "
        f"every 503 with Retry-After; slowest answer {max(load.seconds):.1f} s. Afterwards {again:.2f} requests a "
        f"second, statuses {dict(after.statuses)}.",
    ]


def workers(args: argparse.Namespace) -> list[str]:
    texts = (passages() * 100)[:80]

    def processes(parent: int) -> list[int]:
        pids = map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text().split())
        return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    async def run(load: Load, process, number: int) -> float:
        work = asyncio.create_task(load.run(texts))
        while load.statuses.total() < 8:
            await asyncio.sleep(0.1)
        start = time.monotonic()
        if number == signal.SIGTERM:
            process.terminate()
        else:
            victim = processes(process.pid)[0]
            os.kill(victim, signal.SIGKILL)
            while len(set(processes(process.pid)) - {victim}) < 2:
                await asyncio.sleep(0.1)
        back = time.monotonic() - start
        await work
        return back

    lines = []
    for name, number in (("kill -9 of one", signal.SIGKILL), ("SIGTERM", signal.SIGTERM)):
        with textzoo("--workers", "2") as (process, address):
            time.sleep(args.settle)
            load = Load(address)
            back = asyncio.run(run(load, process, number))
            note = f"; a new process after {back:.1f} s" if number == signal.SIGKILL else ""
            lines += [f"{name} under load of {CALLERS} callers, 2 workers: {dict(load.statuses)}{note}.", ""]
    return lines


PARTS = {"throughput": throughput, "soak": soak, "overload": overload, "workers": workers}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=2, help="rounds of throughput")
    parser.add_argument("--seconds", type=int, default=600, help="seconds of soak")
    parser.add_argument("--flood", type=int, default=30, help="seconds of overload")
    parser.add_argument("--settle", type=int, default=10, help="seconds until all workers have loaded the models")
    args = parser.parse_args()
    for name in args.parts:
        lines = PARTS[name](args)
        write_section(PAGE, name, [f"`{current_command()}`, {machine()}.", "", *lines])
        print(*lines, sep="\n")


if __name__ == "__main__":
    main()
