"""Models whose calls go through the batcher, for the pipeline of pairs of one request."""

from collections.abc import Sequence
from typing import Any

from .batcher import Batcher, Share
from .served_models import ServedModel


class BatchedGenerator:
    """Generator of pairs for `QAPipeline`.

    Args:
        served: A `QAGenerator`.
        batcher: The batcher.
        share: The request.
    """

    def __init__(self, served: ServedModel, batcher: Batcher, share: Share):
        self._served, self._batcher, self._share = served, batcher, share
        self._embed = ServedModel(served.name, "ContextualEmbedder", served.engine, served.model.embedder()).embed()
        self.preprocessor = served.model.preprocessor

    def generate(self, texts: Sequence[str], *, batch_size: int, **options: Any) -> list[Any]:
        return self._batcher.run(self._served.generate(**options), texts, self._share)

    def embedder(self) -> Any:
        def embed(texts: Sequence[str]) -> tuple[list[Any], list[Any]]:
            rows = self._batcher.run(self._embed, texts, self._share)
            return [units for units, _ in rows], [vectors for _, vectors in rows]

        return embed


class BatchedReader:
    """Model of extractive question answering for `QAPipeline`; arguments as for `BatchedGenerator`."""

    def __init__(self, served: ServedModel, batcher: Batcher, share: Share):
        self._served, self._batcher, self._share = served, batcher, share

    def answer(self, passages: Sequence[str], questions: Sequence[str], *, batch_size: int) -> list[Any]:
        values = list(zip(passages, questions, strict=True))
        return self._batcher.run(self._served.answer(), values, self._share)
