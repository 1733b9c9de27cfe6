"""A UniLM that runs by graphs: encodes sources, extends targets, scores next tokens.

Letters of shapes: b sources, s source tokens, p streams per source, n rows, which are the streams that are computed, t
new tokens of a stream, u old and new ones.
"""

from typing import Any, NamedTuple

import numpy as np

from ..data.decoding_memory import DecoderSizes
from .light_graphs import LightGraphs


class LightSource(NamedTuple):
    """Encoded sources: `ids` int64 and `mask` bool `[b, s]`, `lengths` int64 `[b]`, and the outputs of `encode`."""

    ids: np.ndarray
    mask: np.ndarray
    lengths: np.ndarray
    encoded: dict[str, Any]


class Rows(NamedTuple):
    """The streams that are computed.

    `alive` bool `[b, p]` is True at these. `numbers` int64 `[b, p]` holds their numbers as rows, at the others that of
    the last row before or 0; `places` int64 `[n]` their places in `alive`, counted source by source.
    """

    alive: np.ndarray
    numbers: np.ndarray
    places: np.ndarray

    @classmethod
    def of(cls, alive: np.ndarray) -> "Rows":
        numbers = np.maximum(np.cumsum(alive) - 1, 0).reshape(alive.shape)
        return cls(alive, numbers, np.flatnonzero(alive))

    def feeds(self) -> dict[str, np.ndarray]:
        return {"rows": self.numbers, "places": self.places}


class LightCache(NamedTuple):
    """Keys and values of the targets so far by input name, bool `[n, u]`, True at tokens, and the rows of both."""

    keys_values: dict[str, Any]
    mask: np.ndarray
    rows: Rows


class Spans(NamedTuple):
    """Spans int64 `[b, p, 2]` of streams, and bool `[b, p, t]`, the steps that depend on them."""

    spans: np.ndarray
    after: np.ndarray


class LightNextTokens:
    """`NextTokens` after states, by the graph `head`; a stream without a row has the results of some row.

    Args:
        graphs: The model's graphs.
        feeds: Inputs of `head` for states `[n, 1, hidden]`.
        rows: The rows.
        allowed: bool `[vocab]`. Tokens among which the log-probabilities are normalized.
    """

    def __init__(self, graphs: LightGraphs, feeds: dict[str, Any], rows: Rows, allowed: np.ndarray):
        self._graphs, self._feeds, self._rows = graphs, feeds | {"allowed": allowed}, rows
        self.vocab_size = len(allowed)

    def top(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        no_ids = np.zeros((len(self._rows.places), 1, 0), "int64")
        log_probs, token_ids = self._run(["top_log_probs", "top_ids"], k=k, ids=no_ids)
        return log_probs, token_ids

    def at(self, ids: np.ndarray) -> np.ndarray:
        ids = np.broadcast_to(ids, (*self._rows.alive.shape, ids.shape[-1]))[self._rows.alive]
        return self._run(["log_probs"], k=1, ids=np.ascontiguousarray(ids[:, None], "int64"))[0]

    def _run(self, outputs: list[str], *, k: int, ids: np.ndarray) -> list[np.ndarray]:
        feeds = self._feeds | {"k": np.array([k], "int64"), "ids": ids}
        return [values[self._rows.numbers, 0] for values in self._graphs.run_arrays("head", feeds, outputs)]


class LightUniLM:
    """Encodes sources and extends targets with the results of `UniLM`.

    Args:
        graphs: The graphs of a generator.
    """

    def __init__(self, graphs: LightGraphs):
        self.graphs, model = graphs, graphs.model
        self._num_layers, self._num_heads = model.encoder["num_layers"], model.encoder["num_heads"]
        self._head_size = model.encoder["hidden_size"] // self._num_heads
        self._encoded = [f"memory_{part}_{i}" for i in range(self._num_layers) for part in ("key", "value")] + ["last"]
        self._encoded += ["copy_keys"] * model.copy_head + ["prior"] * model.source_prior
        self._own = [f"{part}_{i}" for i in range(self._num_layers) for part in ("key", "value")]
        self.vocab_size = model.encoder["vocab_size"]
        self.sizes = DecoderSizes(self._num_layers, model.encoder["hidden_size"], self.vocab_size)

    def encode(self, ids: np.ndarray) -> LightSource:
        """Encodes sources int `[b, s]`; 0 is padding."""
        ids = np.ascontiguousarray(ids, "int64")
        mask = ids != 0
        values = self.graphs.run("encode", {"source_ids": ids}, self._encoded)
        return LightSource(ids, mask, mask.sum(axis=1), dict(zip(self._encoded, values, strict=True)))

    def empty_cache(self, batch_size: int, streams: int) -> LightCache:
        """Returns the cache of streams without tokens."""
        rows = Rows.of(np.ones((batch_size, streams), bool))
        empty = np.zeros((batch_size * streams, self._num_heads, 0, self._head_size), "float32")
        keys_values = {f"past_{name}": empty for name in self._own}
        return LightCache(keys_values, np.zeros((batch_size * streams, 0), bool), rows)

    def extend(
        self,
        token_ids: np.ndarray,
        source: LightSource,
        cache: LightCache,
        *,
        parents: np.ndarray,
        alive: np.ndarray | None = None,
        target_mask: np.ndarray | None = None,
        spans: Spans | None = None,
        start_ids: np.ndarray | None = None,
        lookahead: int | None = None,
        attend_all_beams: bool = False,
    ) -> tuple[Any, LightCache]:
        """Computes the states of new tokens.

        Args:
            token_ids: int `[b, p, t]`.
            source: `LightSource`.
            cache: Cache of the streams before.
            parents: int `[b, p]`, the stream before that each stream continues.
            alive: bool `[b, p]`, the streams to compute; None: all. Of two directions all or none of a source, or
                with a lookahead of 0 the first of each direction and any others.
            target_mask: bool `[b, p, t]`, False at padding; None: `token_ids != 0`.
            spans: `Spans`; None: the states depend on no span.
            start_ids: int64 `[p]`, for two directions.
            lookahead: Last step of the other direction that is visible; None: no limit.
            attend_all_beams: Whether a stream sees all streams of the other direction.

        Returns:
            States `[n, t, hidden]` as an `OrtValue`, and the longer cache, which has their rows.
        """
        rows = Rows.of(np.ones(parents.shape, bool) if alive is None else alive)
        new_mask = (token_ids != 0 if target_mask is None else target_mask)[rows.alive]
        token_ids = np.ascontiguousarray(token_ids[rows.alive], "int64")
        parents = np.take_along_axis(cache.rows.numbers, parents, axis=1)[rows.alive]
        mask = np.concatenate([cache.mask[parents], new_mask], axis=1)
        steps, slots = np.arange(token_ids.shape[1]) + cache.mask.shape[1], np.arange(mask.shape[1])
        own_mask = mask[:, None] & (slots <= steps[:, None])
        before = np.maximum(own_mask.sum(axis=-1) - 1, 0)
        lengths = np.broadcast_to(source.lengths[:, None], rows.alive.shape)[rows.alive]
        feeds = cache.keys_values | source.encoded | rows.feeds()
        feeds |= {
            "token_ids": token_ids,
            "positions": lengths[:, None] + before,
            "parents": parents,
            "own_mask": own_mask,
            "memory_mask": source.mask,
        }
        feeds |= _span_feeds(rows, token_ids.shape[1], spans)
        if start_ids is not None:
            visible = own_mask if lookahead is None else own_mask & (slots <= lookahead)
            feeds |= {"start_ids": np.broadcast_to(start_ids, rows.alive.shape)[rows.alive], "cross_mask": visible}
        name = "extend_all_beams" if attend_all_beams else "extend"
        states, *own = self.graphs.run(name, feeds, ["states", *self._own])
        keys_values = {f"past_{name}": value for name, value in zip(self._own, own, strict=True)}
        return states, LightCache(keys_values, mask, rows)

    def next_tokens(
        self,
        states: Any,
        read_ids: np.ndarray,
        source: LightSource,
        *,
        rows: Rows,
        allowed: np.ndarray | None = None,
        spans: Spans | None = None,
    ) -> LightNextTokens:
        """Returns the `NextTokens` of states `[n, 1, hidden]` of rows of streams that have read int `[b, p, 1]`."""
        feeds = source.encoded | rows.feeds() | {"states": states, "source_ids": source.ids}
        feeds |= {"read_ids": np.ascontiguousarray(read_ids[rows.alive], "int64")} | _span_feeds(rows, 1, spans)
        return LightNextTokens(self.graphs, feeds, rows, np.ones(self.vocab_size, bool) if allowed is None else allowed)

    def log_probs(
        self,
        states: Any,
        read_ids: np.ndarray,
        source: LightSource,
        *,
        rows: Rows,
        labels: np.ndarray,
        allowed: np.ndarray,
    ) -> np.ndarray:
        """Computes the log-probabilities float32 `[b, p, t]` of labels after states of rows, 0 at padding."""
        log_probs, states = np.zeros(labels.shape, "float32"), states.numpy()
        for stream in range(labels.shape[1]):  # one at a time, since the logits of all are large
            tokens = Rows.of(labels[:, stream] != 0)
            if len(tokens.places):
                article, step = np.nonzero(tokens.alive)
                scored = self.next_tokens(
                    states[rows.numbers[article, stream], step][:, None],
                    read_ids[:, stream, :, None],
                    source,
                    rows=tokens,
                    allowed=allowed,
                )
                found = scored.at(labels[:, stream, :, None])[..., 0]
                log_probs[:, stream] = np.where(tokens.alive, found, 0)
        return log_probs

    def first_tokens(
        self, source: LightSource, *, allowed: np.ndarray | None = None, streams: int = 1
    ) -> LightNextTokens:
        """Returns the `NextTokens` of the first target token."""
        rows = Rows.of(np.ones((len(source.ids), streams), bool))
        states = np.repeat(source.encoded["last"].numpy()[:, None], streams, axis=0)
        read_ids = np.zeros((*rows.alive.shape, 1), "int64")
        return self.next_tokens(states, read_ids, source, rows=rows, allowed=allowed)


def _span_feeds(rows: Rows, steps: int, spans: Spans | None) -> dict[str, np.ndarray]:
    if spans is None:
        count = len(rows.places)
        return {"spans": np.zeros((count, 2), "int64"), "after_span": np.zeros((count, steps), bool)}
    after = np.broadcast_to(spans.after, (*rows.alive.shape, steps))[rows.alive]
    return {"spans": np.ascontiguousarray(spans.spans[rows.alive], "int64"), "after_span": after}
