"""A real server process: its results are those of the models, its refusals name the fault."""

import dataclasses
import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.serving.jsonschema_of import check_against
from tests.serving.random_presets import LABELS
from tests.serving.server_process import serving
from textzoo.inference import (
    LightExtractiveQA,
    LightMultiLabelClassifier,
    LightQAGenerator,
    LightTitleGenerator,
    QAPipeline,
)

DOCUMENT = "小李昨天在北京大学讲课。王明去了上海。今天来了两百人，什么时候去？" * 5


def post(service, path, **body):
    response = service.client.post(path, json=body)
    assert response.status_code == 200, response.text
    return response.json()["results"]


def shown(pairs):
    """The text and places of pairs; log-probabilities differ in the last digits with the batch."""
    return [(pair["question"], pair["answer"], pair["start"], pair["end"]) for pair in pairs]


def as_dicts(pairs):
    return shown(map(dataclasses.asdict, pairs))


def examples(description):
    """The path, the body and the schema of the response of each example of the description."""
    for path, routes in description["paths"].items():
        if "post" in routes:
            reference = routes["post"]["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            (body,) = description["components"]["schemas"][reference.rpartition("/")[2]]["examples"]
            yield path, body, routes["post"]["responses"]["200"]["content"]["application/json"]["schema"]


def test_examples_of_the_description_run_and_fit_their_schema(service):
    description = service.client.get("/openapi.json").json()
    paths = set()
    for path, body, schema in examples(description):
        response = service.client.post(path, json=body)
        assert response.status_code == 200, (path, response.text)
        check_against(response.json(), schema, description)
        paths.add(path)
    assert paths == {f"/v1/{name}" for name in "pairs questions titles answers labels distances search".split()}


def assert_close(actual, expected):
    """Compares nests: floats to 1e-4, everything else exactly."""
    if isinstance(expected, dict):
        assert list(actual) == list(expected)
        actual, expected = list(actual.values()), list(expected.values())
    if isinstance(expected, list):
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected, strict=True):
            assert_close(one, other)
    else:
        assert actual == (pytest.approx(expected, abs=1e-4) if isinstance(expected, float) else expected)


def test_json_needs_its_header(service):
    response = service.client.post("/v1/titles", content=json.dumps({"texts": ["小李来了。"]}))
    assert response.status_code == 422
    assert response.json() == {"error": "Expected JSON with the header Content-Type: application/json."}


@pytest.mark.slow
def test_keras_serves_the_results_of_the_light_engine(service, presets, index, tmp_path):
    description = service.client.get("/openapi.json").json()
    with serving(*presets, "--index", index, "--engine", "keras", log=tmp_path / "log") as (_, client):
        for path, body, _ in examples(description):
            light, keras = service.client.post(path, json=body).json(), client.post(path, json=body).json()
            assert (light["engine"], keras["engine"]) == ("light", "keras"), path
            assert_close(keras["results"], light["results"])


def test_pairs_are_those_of_the_model_in_whatever_batch(service, presets):
    texts = service.texts * 4
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda text: post(service, "/v1/pairs", texts=[text], num_pairs=3), texts))
    model = LightQAGenerator.from_preset(presets[0])
    expected = [as_dicts(model.generate(text, num_pairs=3)) for text in service.texts] * 4
    assert [shown(result["pairs"]) for (result,) in answers] == expected
    assert re.search(r'textzoo_batch_size_bucket{le="1.0",operation="pairs"} \d', service.client.get("/metrics").text)


def test_the_filter_takes_documents_of_any_length_and_streams(service, presets):
    options = {"num_pairs": 3, "seed": 2}
    body = {"texts": [DOCUMENT, service.texts[0]], "filter": True, "max_similarity": 0.95} | options
    results = post(service, "/v1/pairs", round_trip_model="reader", min_round_trip=0.2, **body)
    reader = LightExtractiveQA.from_preset(presets[1])
    model = LightQAGenerator.from_preset(presets[0])
    pipeline = QAPipeline(model, reader, min_round_trip=0.2, max_similarity=0.95)
    for result, text in zip(results, body["texts"], strict=True):
        expected = pipeline.generate(text, **options)
        assert shown(result["pairs"]) == as_dicts(pair for pair in expected if not pair.rejection_reason)
        assert shown(result["rejected"]) == as_dicts(pair for pair in expected if pair.rejection_reason)
    more = {"round_trip_model": "reader", "min_round_trip": 0.2, "stream": True}
    with service.client.stream("POST", "/v1/pairs", json=body | more) as response:
        *lines, last = map(json.loads, response.iter_lines())
    assert response.headers["content-type"] == "application/x-ndjson"
    assert last["done"] and last["pairs"] == len(lines) and last["engine"] == "light"
    for number, result in enumerate(results):
        found = [line for line in lines if line["text"] == number]
        assert sorted(shown(found)) == sorted(shown(result["pairs"] + result["rejected"]))


@pytest.mark.parametrize("number", [0, 1])
def test_a_model_with_pair_quality_filters_by_default_with_the_reader_of_its_folder(number, service, judged):
    texts, folder = service.texts[:2], judged[number]
    expected = list(QAPipeline.from_preset(folder).generate(texts, num_pairs=4))
    for result, pairs in zip(
        post(service, "/v1/pairs", model=folder.name, texts=texts, num_pairs=4), expected, strict=True
    ):
        assert shown(result["pairs"]) == as_dicts(pair for pair in pairs if not pair.rejection_reason)
        assert shown(result["rejected"]) == as_dicts(pair for pair in pairs if pair.rejection_reason)
    assert {pair.round_trip is None for pairs in expected for pair in pairs} == {number == 0}
    assert all(0 < pair.probability < 1 for pairs in expected for pair in pairs)
    body = {"model": folder.name, "texts": texts, "num_pairs": 4, "stream": True}
    *lines, last = map(json.loads, service.client.post("/v1/pairs", json=body).text.splitlines())
    assert last["done"] and len(lines) == sum(map(len, expected))


def test_a_stream_without_filter_has_the_pairs_of_all_texts(service):
    plain = post(service, "/v1/pairs", texts=service.texts, num_pairs=2)
    response = service.client.post("/v1/pairs", json={"texts": service.texts, "num_pairs": 2, "stream": True})
    *lines, last = map(json.loads, response.text.splitlines())
    assert last["done"]
    for number, result in enumerate(plain):
        assert shown(line for line in lines if line["text"] == number) == shown(result["pairs"])


def test_questions_of_given_answers(service, presets):
    model = LightQAGenerator.from_preset(presets[0])
    answers = [["小李", {"text": "上海", "start": 16}], ["上海"]]
    results = post(service, "/v1/questions", texts=service.texts[:2], answers=answers)
    assert [shown(r["pairs"]) for r in results] == [
        as_dicts(pairs) for pairs in model.generate_questions(service.texts[:2], answers)
    ]


def test_titles_and_their_trees(service, presets):
    model = LightTitleGenerator.from_preset(presets[0])
    titles = post(service, "/v1/titles", texts=service.texts, min_title_length=2)
    assert [title["title"] for title in titles] == [t.text for t in model.generate(service.texts, min_length=2)]
    options = {"pairing": "all", "no_repeat_ngram_size": 1}
    (result,) = post(service, "/v1/titles", texts=service.texts[:1], tree=True, min_title_length=3, **options)
    assert result["title"] == model.generate(service.texts[0], min_length=3, **options).text
    expected, trees = model.explain(service.texts[0], min_length=3, **options)
    assert [title["title"] for title in result["titles"]] == [title.text for title in expected]
    assert {name: len(tree) for name, tree in result["trees"].items()} == {n: len(t) for n, t in trees.items()}
    assert set(result["drawings"]) == set(trees) and "<svg" in result["drawings"]["right_to_left"]


def test_answers_and_labels(service, presets):
    reader = LightExtractiveQA.from_preset(presets[1])
    asked = [{"passage": text, "question": "谁去了？"} for text in service.texts]
    answers = post(service, "/v1/answers", questions=asked)
    expected = reader.answer(service.texts, ["谁去了？"] * 4)
    assert [(answer["text"], answer["start"]) for answer in answers] == [(a.text, a.start) for a in expected]
    classifier = LightMultiLabelClassifier.from_preset(presets[2])
    labels = post(service, "/v1/labels", texts=service.texts)
    assert [list(found) for found in labels] == [list(found) for found in classifier.predict_labels(service.texts)]
    (everything,) = post(service, "/v1/labels", texts=service.texts[:1], threshold=-1e30)
    assert sorted(everything) == sorted(LABELS)


def test_distances_and_search_are_those_of_the_commands(service, presets, index, capsys):
    from textzoo.scripts import main as textzoo

    pair = service.texts[:2]
    assert textzoo.main(["compare", *pair, "--encoder", str(presets[0]), "--measure", "wrd", "--engine", "light"]) == 0
    printed = capsys.readouterr().out.splitlines()
    (result,) = post(service, "/v1/distances", pairs=[pair], measure="wrd", plan=True)
    (same,) = post(service, "/v1/distances", pairs=[pair], measure="wrd")
    assert abs(result["distance"] - same["distance"]) < 1e-6
    assert printed[0] == f"wrd\t{result['distance']:.6f}" and len(printed) == 1 + len(result["plan"]["moves"])
    options = ["--encoder", str(presets[0]), "--k", "2", "--engine", "light"]
    assert textzoo.main(["search", service.texts[3], "--index", str(index), *options]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (matches,) = post(service, "/v1/search", queries=service.texts[3:], k=2)
    assert [match["text"] for match in matches] == [line["text"] for line in lines]
    assert [len(matches) for matches in post(service, "/v1/search", queries=service.texts)] == [4] * 4


BAD = [
    ("/v1/pairs", {"texts": []}, 422, "body.texts"),
    ("/v1/pairs", {"texts": ["小李"], "num_pears": 2}, 422, "body.num_pears"),
    ("/v1/pairs", {"texts": ["小李"], "num_pairs": "2"}, 422, "body.num_pairs"),
    ("/v1/pairs", {"texts": ["小李"], "num_pairs": 10**30}, 422, "body.num_pairs"),
    ("/v1/pairs", {"texts": "小李"}, 422, "body.texts"),
    ("/v1/pairs", {"texts": ["小李", ""]}, 422, "texts[1]"),
    ("/v1/pairs", {"texts": ["小李", "\ud800"]}, 422, "lone surrogate"),
    ("/v1/pairs", {"texts": ["小李" * 40]}, 422, "at most 38 tokens"),
    ("/v1/pairs", {"texts": ["xyz"], "filter": True}, 422, "known characters"),
    ("/v1/pairs", {"texts": [""], "stream": True}, 422, "Received: ''"),
    ("/v1/pairs", {"texts": ["小李"], "max_question_length": 10**9}, 422, "max_question_length"),
    ("/v1/pairs", {"texts": ["小李"], "round_trip_model": "reader"}, 422, "needs filter"),
    ("/v1/pairs", {"texts": ["小李"], "filter": False, "min_answer_logprob": -1.0}, 422, "needs filter"),
    ("/v1/pairs", {"texts": ["小李"], "filter": True, "min_probability": 0.5}, 422, "generator has none"),
    (
        "/v1/pairs",
        {"texts": ["小李"], "model": "without", "round_trip_model": "reader", "min_probability": 0.5},
        422,
        "exclude each other",
    ),
    ("/v1/pairs", {"texts": ["小李"], "model": "reader"}, 404, "Expected a QAGenerator of generator"),
    ("/v1/pairs", {"texts": ["小李"] * 17}, 413, "at most 16 texts"),
    ("/v1/pairs", {"texts": ["小李" * 1500], "filter": True}, 413, "at most 2000 characters"),
    ("/v1/pairs", {"texts": ["小李" * 9000]}, 413, "at most 20000 bytes"),
    ("/v1/questions", {"texts": ["小李"], "answers": []}, 422, "1 lists"),
    ("/v1/questions", {"texts": ["小李"], "answers": [["王明"]]}, 422, "texts[0]"),
    ("/v1/titles", {"texts": ["小李"], "num_beams": 3}, 422, "even num_beams"),
    ("/v1/distances", {"pairs": [["小李", ""]]}, 422, "pairs[0]"),
    ("/v1/distances", {"pairs": [["小李", "王"]] * 9}, 413, "at most 16 texts in pairs. Received: 18"),
    ("/v1/distances", {"pairs": [["小李"]]}, 422, "body.pairs.0"),
    ("/v1/distances", {"pairs": [["小李", "王"]], "plan": True, "measure": "cosine"}, 422, "plan needs"),
    ("/v1/nothing", {}, 404, "POST /v1/nothing: the path is not a route; /openapi.json lists the routes."),
    ("/health", {}, 405, "POST /health: the path allows GET; /openapi.json lists the routes."),
]


@pytest.mark.parametrize(("path", "body", "status", "message"), BAD, ids=lambda value: str(value)[:30])
def test_bad_requests_get_a_message(service, path, body, status, message):
    response = service.client.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert message in response.json()["error"] and set(response.json()) == {"error"}


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b'{"texts": ["\xff\xfe"]}', "application/json", "There was an error parsing the body"),
        (b"[" * 5000, "application/json", ""),  # deeper than some versions of Python read
        (b"nonsense", "application/json", "Expected a body of JSON. Received: Expecting value at character 0."),
        (b'{"texts": ["a"], "temperature": NaN}', "application/json", "body.temperature: Input should be"),
        (b'{"texts": ["a"]}', "text/plain", "Expected JSON with the header Content-Type: application/json."),
        (b"", "application/json", "body: Field required"),
    ],
)
def test_bodies_that_are_no_json(service, content, kind, message):
    response = service.client.post("/v1/pairs", content=content, headers={"Content-Type": kind})
    assert response.status_code in (400, 422) and response.json()["error"].startswith(message)


def test_a_body_without_length_is_limited_too(service):
    response = service.client.post("/v1/pairs", content=(b" " * 1000 for _ in range(100)))
    assert response.status_code == 413 and "20000 bytes" in response.json()["error"]


def test_connections_are_kept_after_refusals(service):
    for path, content in (("/v1/nothing", b"x" * 1000), ("/v1/labels", b"x" * 90_000)):
        assert "connection" not in service.client.post(path, content=content).headers
    assert "connection" not in service.client.get("/health").headers


def test_state_of_the_service(service):
    assert service.client.get("/health").json() == {"status": "ok"}
    assert service.client.get("/ready").json() == {"status": "ready"}
    found = service.client.get("/v1/models").json()
    assert [(model["name"], model["task"]) for model in found["models"]] == [
        ("generator", "QAGenerator"),
        ("generator", "TitleGenerator"),
        ("reader", "ExtractiveQA"),
        ("labels", "MultiLabelClassifier"),
        *[(name, task) for name in ("without", "reading") for task in ("QAGenerator", "TitleGenerator")],
        ("reading/reader", "ExtractiveQA"),
    ]
    assert found["models"][1]["decoder"] == "bidirectional" and found["models"][3]["labels"] == LABELS
    assert (found["distances"], found["search"]) == ("generator", "index")


def test_the_log_has_a_line_of_json_for_each_request_and_no_text(service):
    post(service, "/v1/labels", texts=["小李来了"])
    service.client.post("/v1/labels", json={"texts": [5, "小李"]})
    lines = service.log()
    assert all("小李" not in json.dumps(line, ensure_ascii=False) for line in lines)
    last = [line for line in lines if line["event"] == "request"][-2:]
    assert [(line["route"], line["method"], line["status"]) for line in last] == [
        ("/v1/labels", "POST", 200),
        ("/v1/labels", "POST", 422),
    ]
    assert last[0]["seconds"] > 0 and last[0]["body_bytes"] > 10


def test_no_other_origin_is_allowed(service):
    response = service.client.get("/v1/models", headers={"Origin": "http://example.org"})
    assert not [name for name in response.headers if name.startswith("access-control")]
