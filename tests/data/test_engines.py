"""Registry of engines."""

import pytest

from textzoo.data import engines


def test_a_registered_engine_loads_models(monkeypatch):
    monkeypatch.setattr(engines, "_loaders", {})
    engines.register_engine("light", lambda task, preset, **options: (task, preset, options))
    assert engines.load_with_engine("light", "QAGenerator", "tiny-zh", x=1) == ("QAGenerator", "tiny-zh", {"x": 1})


def test_an_engine_registers_itself_when_it_is_asked_for():
    model = engines.load_with_engine("light", "QAGenerator", "tiny-zh")
    assert type(model).__name__ == "LightQAGenerator"


def test_an_unknown_engine():
    with pytest.raises(ValueError, match="Expected an engine of light, keras. Received: 'tensorrt'"):
        engines.load_with_engine("tensorrt", "QAGenerator", "tiny-zh")


def test_a_task_that_the_engine_does_not_cover():
    with pytest.raises(engines.EngineError, match="The light engine has no task UniLM; use Keras"):
        engines.load_with_engine("light", "UniLM", "tiny-zh")
