"""The application in the test's process, with a model that waits: overload, deadlines, callers that leave, tokens."""

import asyncio
import json
import logging
import threading
from types import SimpleNamespace

import httpx
import prometheus_client
import pytest

from textzoo.serving.app import create_app
from textzoo.serving.metrics import Metrics
from textzoo.serving.served_models import ServedModel, ServedModels
from textzoo.serving.service_limits import ServiceLimits


class Labels:
    """A classifier that waits until it is opened, and fails on command."""

    def __init__(self):
        self.open, self.entered, self.batches = threading.Event(), threading.Event(), []
        self.preprocessor = SimpleNamespace(labels=["a"])
        self.open.set()

    def predict_labels(self, texts, *, threshold):
        self.entered.set()
        assert self.open.wait(20)
        self.batches.append(list(texts))
        if "fault" in texts:
            raise KeyError("a text")
        return [{"a": float(len(text))} for text in texts]


@pytest.fixture
def labels():
    model = Labels()
    yield model
    model.open.set()


@pytest.fixture
def make(labels):
    """Makes the application; with `metrics` and the keyword arguments of `create_app`."""

    def make(limits=None, **options):
        metrics = Metrics(prometheus_client.CollectorRegistry())
        models = ServedModels([ServedModel("labels", "MultiLabelClassifier", "light", labels)])
        app = create_app(models, limits=ServiceLimits(**limits or {}), metrics=metrics, **options)
        return app, metrics

    return make


def client(app, **options):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test", timeout=30, **options)


async def occupied(caller, labels, count=1):
    """Closes the model and sends requests that wait for it; returns their tasks once the first is computed."""
    labels.open.clear()
    labels.entered.clear()
    tasks = [asyncio.create_task(caller.post("/v1/labels", json={"texts": ["wait"]})) for _ in range(count)]
    while not labels.entered.is_set():
        await asyncio.sleep(0.005)
    return tasks


def test_the_surplus_is_refused_with_a_time_to_wait_and_the_rest_is_answered(make, labels):
    async def run():
        async with client(app) as caller:
            tasks = await occupied(caller, labels, 3)
            while (await caller.get("/ready")).status_code == 200:
                await asyncio.sleep(0.005)
            refused = await caller.post("/v1/labels", json={"texts": ["more"]})
            labels.open.set()
            answers = await asyncio.gather(*tasks)
            return refused, answers, await caller.post("/v1/labels", json={"texts": ["later"]})

    app, _ = make({"max_requests": 3})
    refused, answers, later = asyncio.run(run())
    assert refused.status_code == 503 and int(refused.headers["Retry-After"]) >= 1
    assert "3 requests are in progress" in refused.json()["error"]
    assert [answer.status_code for answer in (*answers, later)] == [200] * 4
    assert ["more"] not in labels.batches


def test_a_deadline_ends_in_504_and_the_text_is_dropped(make, labels):
    async def run():
        async with client(app) as caller:
            (first,) = await occupied(caller, labels)
            second = await caller.post("/v1/labels", json={"texts": ["late"]})
            statuses = [(await first).status_code, second.status_code]
            labels.open.set()
            return statuses, await caller.post("/v1/labels", json={"texts": ["later"]})

    app, metrics = make({"deadline": 0.2})
    statuses, later = asyncio.run(run())
    assert statuses == [504, 504] and later.status_code == 200
    assert labels.batches == [["wait"], ["later"]]
    assert metrics.registry.get_sample_value("textzoo_requests_in_progress") == 0


def test_a_caller_who_leaves_is_dropped(make, labels):
    app, metrics = make()

    async def run():
        async with client(app) as caller:
            (waiting,) = await occupied(caller, labels)
            body = json.dumps({"texts": ["gone"]}).encode()
            messages = iter([{"type": "http.request", "body": body}, {"type": "http.disconnect"}])
            headers = [(b"content-type", b"application/json")]
            scope = {"type": "http", "method": "POST", "path": "/v1/labels", "headers": headers, "query_string": b""}

            async def receive():
                return next(messages)

            async def send(_):
                pass

            await app(scope, receive, send)
            labels.open.set()
            return await waiting

    assert asyncio.run(run()).status_code == 200
    assert labels.batches == [["wait"]]
    labels_sent = {"route": "/v1/labels", "status": "499"}
    assert metrics.registry.get_sample_value("textzoo_requests_total", labels_sent) == 1


def test_a_fault_is_500_for_its_request_only_and_logged_without_the_text(make, labels, caplog):
    app, _ = make()

    async def run():
        async with client(app) as caller:
            first = await occupied(caller, labels)
            texts = (["good"], ["fault"])
            tasks = [*first, *(asyncio.create_task(caller.post("/v1/labels", json={"texts": t})) for t in texts)]
            await asyncio.sleep(0.05)
            labels.open.set()
            return await asyncio.gather(*tasks)

    with caplog.at_level(logging.INFO, "textzoo.serving"):
        _, good, fault = asyncio.run(run())
    assert good.json()["results"] == [{"a": 4.0}]
    assert fault.status_code == 500 and "log" in fault.json()["error"]
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.fields["type"] == "KeyError" and "a text" not in json.dumps(record.fields)


def test_a_token_is_needed_where_there_is_one(make):
    app, _ = make(token="secret")

    async def run():
        async with client(app) as caller:
            body = {"texts": ["a"]}
            without = await caller.post("/v1/labels", json=body)
            wrong = await caller.post("/v1/labels", json=body, headers={"Authorization": "Bearer wrong"})
            right = await caller.post("/v1/labels", json=body, headers={"Authorization": "Bearer secret"})
            return without, wrong, right, await caller.get("/health"), await caller.get("/metrics")

    without, wrong, right, health, metrics = asyncio.run(run())
    assert [r.status_code for r in (without, wrong, right, health, metrics)] == [401, 401, 200, 200, 401]
    assert without.headers["WWW-Authenticate"] == "Bearer"


def test_the_log_holds_texts_only_on_request(make, caplog):
    app, _ = make(log_texts=True)

    async def run():
        async with client(app) as caller:
            await caller.post("/v1/labels", json={"texts": ["小李"]})

    with caplog.at_level(logging.INFO, "textzoo.serving"):
        asyncio.run(run())
    (record,) = [record for record in caplog.records if record.name == "textzoo.serving"]
    assert "小李" in record.fields["body"]


def test_limits_are_positive():
    with pytest.raises(ValueError, match="Expected deadline above 0. Received: 0."):
        ServiceLimits(deadline=0)
