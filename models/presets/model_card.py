"""README.md of a saved model."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from ... import __version__
from ...data.text.vocabulary_language import vocabulary_language


def model_card(models: Sequence[keras.Model], folder: Path, *, card: dict[str, Any]) -> str:
    """Returns the README.md of a saved model: description, origin, metrics and a snippet that runs.

    Args:
        models: The models that the folder holds. If a model has an attribute `card_examples`, lines of code that use
            `model` by language, the snippet contains that of its language.
        folder: Folder of the model.
        card: Contents. `"title"` and `"text"`; `"preset"`, the name to load the model by; `"metrics"`, values by name;
            `"language"`, by default that of the vocabulary. Any other key, such as `"data"` (with its hash),
            `"command"` or `"licence"`, becomes a row of the table.

    Returns:
        Markdown.
    """
    card = dict(card)
    classes = [type(model).__name__ for model in models]
    lines = [f"# {card.pop('title', f'{classes[0]} of textzoo')}", ""]
    if "text" in card:
        lines += [str(card.pop("text")), ""]
    language = card.setdefault("language", vocabulary_language(_tokens(models[0])))
    preset, metrics = str(card.pop("preset", folder)), card.pop("metrics", {})
    facts = {
        "class": ", ".join(f"`textzoo.models.{name}`" for name in classes),
        "textzoo": __version__,
        "keras": keras.__version__,
        "parameters": f"{models[0].count_params():,}",
    }
    lines += _table(("what", "value"), facts | {key: _cell(value) for key, value in card.items()})
    if metrics:
        lines += ["## Measured", "", *_table(("metric", "figure"), metrics)]
    lines += ["## Use", "", "```python", f"from textzoo.models import {', '.join(classes)}"]
    for model in models:
        examples: Any = getattr(model, "card_examples", {})
        example = [examples[language]] if language in examples else []
        lines += ["", f"model = {type(model).__name__}.from_preset({json.dumps(preset, ensure_ascii=False)})", *example]
    lines += ["```", ""]
    return "\n".join(lines)


def _tokens(model: keras.Model) -> list[str]:
    tokenizer: Any = getattr(getattr(model, "preprocessor", None) or model, "tokenizer", None)
    return [] if tokenizer is None else list(tokenizer.token_texts)


def _table(head: tuple[str, str], rows: dict[str, Any]) -> list[str]:
    return [f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {key} | {value} |" for key, value in rows.items()), ""]


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
