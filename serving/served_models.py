"""Models that the service runs, and their operations."""

import contextlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..data.qa.pair_quality import PairQuality
from .batcher import Operation

PAIRS, TITLES, ANSWERS, LABELS = "QAGenerator", "TitleGenerator", "ExtractiveQA", "MultiLabelClassifier"
SAMPLE_TOKENS = 8


@dataclass(frozen=True)
class ServedModel:
    """A model with the name that requests use.

    Args:
        name: Name of the model.
        task: Name of its class in `textzoo.models`, such as `"QAGenerator"`; `"ContextualEmbedder"` or `"WordEmbedder"`
            for distances.
        engine: `"light"` or `"keras"`.
        model: The model, of any engine.
        quality: The `PairQuality` of a generator of pairs, by which they are filtered; None without one.
        reader: The round-trip model in the folder of a generator of pairs; None without one.
    """

    name: str
    task: str
    engine: str
    model: Any
    quality: PairQuality | None = None
    reader: "ServedModel | None" = None

    def operation(self, method: str, compute: Callable[..., Sequence[Any]], **options: Any) -> Operation:
        """Returns a call of the model for the batcher.

        Args:
            method: Name of the call.
            compute: `compute(values, **options)`.
            **options: Its options; values must be hashable.
        """
        return Operation(method, (self.name, *sorted(options.items())), lambda values: compute(values, **options))

    def warm_up(self) -> None:
        """Runs the model once, so that the first request does not wait for graphs and dictionaries."""
        if self.task == "WordEmbedder":
            return
        tokenizer = self.model.tokenizer if self.task == "ContextualEmbedder" else self.model.preprocessor.tokenizer
        text = " ".join(itertools.islice(filter(str.isalpha, map(str.strip, tokenizer.token_texts)), SAMPLE_TOKENS))
        operations = {PAIRS: self.generate, TITLES: self.generate, ANSWERS: self.answer, LABELS: self.predict_labels}
        operation = operations.get(self.task, self.embed)()
        with contextlib.suppress(ValueError):  # a model may not take the sample
            operation.compute([(text, text) if self.task == ANSWERS else text])

    def generate(self, **options: Any) -> Operation:
        """Pairs, or titles, of texts."""
        model = self.model
        return self.operation(
            "pairs" if self.task == PAIRS else "titles",
            lambda texts, **options: model.generate(texts, batch_size=len(texts), **options),
            **options,
        )

    def generate_questions(self, **options: Any) -> Operation:
        """Questions of `(text, answers)`."""

        def compute(values: list[tuple[str, list[Any]]], **options: Any) -> Sequence[Any]:
            texts, answers = map(list, zip(*values, strict=True))
            return self.model.generate_questions(texts, answers, batch_size=len(values), **options)

        return self.operation("questions", compute, **options)

    def explain(self, **options: Any) -> Operation:
        """Titles of texts with their search trees."""
        model = self.model
        return self.operation("trees", lambda texts, **options: [model.explain(t, **options) for t in texts], **options)

    def answer(self, **options: Any) -> Operation:
        """Answers to `(passage, question)`."""

        def compute(values: list[tuple[str, str]], **options: Any) -> Sequence[Any]:
            passages, questions = map(list, zip(*values, strict=True))
            return self.model.answer(passages, questions, **options)

        return self.operation("answers", compute, **options)

    def predict_labels(self, **options: Any) -> Operation:
        """Labels of texts."""
        return self.operation("labels", self.model.predict_labels, **options)

    def embed(self) -> Operation:
        """Units and vectors of texts."""

        def compute(texts: list[str]) -> Sequence[Any]:
            return list(zip(*self.model(texts), strict=True))

        return self.operation("vectors", compute)


@dataclass(frozen=True)
class ServedIndex:
    """An index of texts.

    Args:
        name: Its name.
        engine: Engine of its vectors, or `"none"` for word vectors.
        search: `search(queries, k) -> matches of each query`, as `TextIndex.top_k`.
    """

    name: str
    engine: str
    search: Callable[[list[str], int], Sequence[Any]]

    def operation(self, k: int) -> Operation:
        return Operation("search", (self.name, k), lambda queries: self.search(queries, k))


@dataclass(frozen=True)
class ServedModels:
    """All that a service runs.

    Args:
        models: Models for texts.
        embedder: Vectors for distances; None: no distances.
        index: Index for search; None: no search.

    Raises:
        ValueError: Two models of a task have one name.
    """

    models: Sequence[ServedModel] = ()
    embedder: ServedModel | None = None
    index: ServedIndex | None = None
    _by_key: dict[tuple[str, str], ServedModel] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self):
        for model in self.models:
            if (model.task, model.name) in self._by_key:
                raise ValueError(f"Two models have the name {model.name}; rename the folder of one.")
            self._by_key[model.task, model.name] = model

    def warm_up(self) -> None:
        """Runs every model once."""
        for served in (*self.models, *([] if self.embedder is None else [self.embedder])):
            served.warm_up()

    def find(self, task: str, name: str | None) -> ServedModel:
        """Returns the model of a task with a name, or the first of the task for None.

        Raises:
            LookupError: There is no such model; the message lists the known ones.
        """
        names = [model.name for model in self.models if model.task == task]
        if not names:
            raise LookupError(f"This service has no {task}; start it with --model and the folder of one.")
        if name is not None and name not in names:
            raise LookupError(f"Expected a {task} of {', '.join(names)}. Received: {name!r:.100}.")
        return self._by_key[task, name or names[0]]
