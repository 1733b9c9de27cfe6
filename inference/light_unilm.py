"""A UniLM that runs by graphs: encodes sources, extends targets, scores next tokens.

Letters of shapes: b sources, s source tokens, p streams, t new tokens of a stream, u old and new ones.
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


class LightCache(NamedTuple):
    """Keys and values of the targets so far by input name, and bool `[b, p, u]`, True at tokens."""

    keys_values: dict[str, Any]
    mask: np.ndarray


class Spans(NamedTuple):
    """Spans int64 `[b, p, 2]` of streams, and bool `[b, p, t]`, the steps that depend on them."""

    spans: np.ndarray
    after: np.ndarray


class LightNextTokens:
    """`NextTokens` after states, by the graph `head`.

    Args:
        graphs: The model's graphs.
        feeds: Inputs of `head` for states `[b, p, 1, hidden]`.
        allowed: bool `[vocab]`. Tokens among which the log-probabilities are normalized.
    """

    def __init__(self, graphs: LightGraphs, feeds: dict[str, Any], allowed: np.ndarray):
        self._graphs, self._feeds = graphs, feeds | {"allowed": allowed}
        self._shape = np.shape(feeds["read_ids"])
        self.vocab_size = len(allowed)

    def top(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        feeds = self._feeds | {"k": np.array([k], "int64"), "ids": np.zeros((*self._shape, 0), "int64")}
        values, ids = self._graphs.run_arrays("head", feeds, ["top_log_probs", "top_ids"])
        return values[:, :, 0], ids[:, :, 0]

    def at(self, ids: np.ndarray) -> np.ndarray:
        feeds = self._feeds | {"k": np.array([1], "int64"), "ids": np.ascontiguousarray(ids[:, :, None], "int64")}
        return self._graphs.run_arrays("head", feeds, ["log_probs"])[0][:, :, 0]


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
        empty = np.zeros((batch_size, streams, self._num_heads, 0, self._head_size), "float32")
        keys_values = {f"past_{name}": empty for name in self._own}
        return LightCache(keys_values, np.zeros((batch_size, streams, 0), bool))

    def extend(
        self,
        token_ids: np.ndarray,
        source: LightSource,
        cache: LightCache,
        *,
        parents: np.ndarray,
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
            target_mask: bool `[b, p, t]`, False at padding; None: `token_ids != 0`.
            spans: `Spans`; None: the states depend on no span.
            start_ids: int64 `[p]`, for two directions.
            lookahead: Last step of the other direction that is visible; None: no limit.
            attend_all_beams: Whether a stream sees all streams of the other direction.

        Returns:
            States `[b, p, t, hidden]` as an `OrtValue`, and the longer cache.
        """
        token_ids = np.ascontiguousarray(token_ids, "int64")
        new_mask = token_ids != 0 if target_mask is None else target_mask
        mask = np.concatenate([np.take_along_axis(cache.mask, parents[..., None], axis=1), new_mask], axis=2)
        steps, slots = np.arange(token_ids.shape[2]) + cache.mask.shape[2], np.arange(mask.shape[2])
        own_mask = mask[:, :, None] & (slots <= steps[:, None])
        before = np.maximum(own_mask.sum(axis=-1) - 1, 0)
        feeds = cache.keys_values | source.encoded
        feeds |= {
            "token_ids": token_ids,
            "positions": source.lengths[:, None, None] + before,
            "parents": np.ascontiguousarray(parents, "int64"),
            "own_mask": own_mask,
            "memory_mask": source.mask,
        }
        feeds |= self._span_feeds(token_ids, spans)
        if start_ids is not None:
            visible = own_mask if lookahead is None else own_mask & (slots <= lookahead)
            feeds |= {"start_ids": start_ids, "cross_mask": visible}
        name = "extend_all_beams" if attend_all_beams else "extend"
        states, *own = self.graphs.run(name, feeds, ["states", *self._own])
        return states, LightCache({f"past_{n}": value for n, value in zip(self._own, own, strict=True)}, mask)

    def next_tokens(
        self,
        states: Any,
        read_ids: np.ndarray,
        source: LightSource,
        *,
        allowed: np.ndarray | None = None,
        spans: Spans | None = None,
    ) -> LightNextTokens:
        """Returns the `NextTokens` of states `[b, p, 1, hidden]` that have read int `[b, p, 1]`."""
        read_ids = np.ascontiguousarray(read_ids, "int64")
        feeds = source.encoded | {"states": states, "read_ids": read_ids, "source_ids": source.ids}
        feeds |= self._span_feeds(read_ids, spans)
        return LightNextTokens(self.graphs, feeds, np.ones(self.vocab_size, bool) if allowed is None else allowed)

    def log_probs(
        self, states: Any, read_ids: np.ndarray, source: LightSource, *, labels: np.ndarray, allowed: np.ndarray
    ) -> np.ndarray:
        """Computes the log-probabilities float32 `[b, p, t]` of labels after states, as `UniLM.log_probs`."""
        states, read_ids = states.numpy(), np.ascontiguousarray(read_ids, "int64")
        feeds = source.encoded | {"source_ids": source.ids, "allowed": allowed, "k": np.array([1], "int64")}
        streams = []
        for stream in range(states.shape[1]):
            one = slice(stream, stream + 1)
            parts = {"states": np.ascontiguousarray(states[:, one]), "read_ids": read_ids[:, one].copy()}
            parts |= {"ids": np.ascontiguousarray(labels[:, one, :, None], "int64")}
            parts |= self._span_feeds(parts["read_ids"], None)
            streams += self.graphs.run_arrays("head", feeds | parts, ["log_probs"])
        return np.concatenate(streams, axis=1)[..., 0]

    def first_tokens(
        self, source: LightSource, *, allowed: np.ndarray | None = None, streams: int = 1
    ) -> LightNextTokens:
        """Returns the `NextTokens` of the first target token."""
        last = source.encoded["last"].numpy()[:, None, None]
        states = np.repeat(last, streams, axis=1)
        return self.next_tokens(states, np.zeros(states.shape[:3], "int64"), source, allowed=allowed)

    def _span_feeds(self, token_ids: np.ndarray, spans: Spans | None) -> dict[str, np.ndarray]:
        if spans is None:
            b, p, _ = token_ids.shape
            return {"spans": np.zeros((b, p, 2), "int64"), "after_span": np.zeros(token_ids.shape, bool)}
        after = np.broadcast_to(spans.after, token_ids.shape)
        return {"spans": np.ascontiguousarray(spans.spans, "int64"), "after_span": np.ascontiguousarray(after)}
