"""The encoder's layers as ONNX operators, over a source or over targets that attend to it.

Letters of shapes: b sources, s source tokens, p streams per source, n rows, which are streams of any source, t new
tokens of a stream, u old and new ones.
"""

from typing import Any, NamedTuple

from .activations import activation
from .attention_positions import distance_embeddings, own_positions, rotary, rotate
from .graph_builder import GraphBuilder
from .streams import Streams

_OUTER_WEIGHT = 0.4  # alpha of hierarchical positions, see `PositionEmbedding`


class CrossDirection(NamedTuple):
    """Attention to the other direction: `mask` bool `[n, t, u]`, `fusion`: its kind and weight, `attend_all`."""

    mask: str
    kind: str
    weight: float
    attend_all: bool


class EncoderGraph:
    """Adds an encoder's operators to a graph.

    Args:
        graph: The graph.
        config: Configuration of the `Encoder`.
        prefix: Prefix of the names of its weights, such as `unilm.encoder.`.
    """

    def __init__(self, graph: GraphBuilder, config: dict[str, Any], prefix: str):
        self.graph, self.config, self.prefix = graph, config, prefix
        self.hidden_size, self.num_layers = config["hidden_size"], config["num_layers"]
        self.num_heads, self.head_size = config["num_heads"], config["hidden_size"] // config["num_heads"]
        self.position_type = config.get("position_type", "absolute")

    # === Sources ===

    def encode(self, ids: str, *, segment_ids: str | None = None) -> tuple[list[str], list[tuple[str, str]], str]:
        """Encodes ids int64 `[b, s]`; 0 is padding.

        Returns:
            The states `[b, s, hidden]` after each layer, each layer's keys and values `[b, heads, s, head_size]`, and
            the mask bool `[b, s]`.
        """
        graph = self.graph
        mask = graph("Not", graph("Equal", ids, graph.constant(0, "int64")))
        length = graph("Squeeze", graph.sizes(ids, 1, 2))
        slots = graph("Range", graph.constant(0, "int64"), length, graph.constant(1, "int64"))
        positions = graph("Where", mask, graph.unsqueeze(slots, 0), graph.constant(0, "int64"))
        x = self._embed(ids, positions, segment_ids=segment_ids or graph.constant(0, "int64"))
        visible = graph.unsqueeze(mask, 1, 2)
        angles = rotary(graph, slots, self.head_size) if self.position_type == "rotary" else None
        relative = self.position_type == "relative"
        distances = distance_embeddings(graph, slots, slots, self.config) if relative else None
        states, memory = [], []
        for number in range(self.num_layers):
            keys, values = (self._heads(self._project(x, number, part), 1) for part in ("key", "value"))
            query = self._heads(self._query(x, number), 1)
            if angles is not None:
                query, keys = (rotate(graph, part, angles, self.head_size) for part in (query, keys))
            scores = graph("MatMul", query, graph.transpose(keys, 0, 1, 3, 2))
            if distances is not None:
                scores = graph("Add", scores, graph("Einsum", query, distances, equation="bhqd,qsd->bhqs"))
            weights = graph("Softmax", self._masked(scores, visible), axis=-1)
            context = graph("MatMul", weights, values)
            if distances is not None:
                context = graph("Add", context, graph("Einsum", weights, distances, equation="bhqs,qsd->bhqd"))
            context = graph.transpose(context, 0, 2, 1, 3)
            x = self._feed_forward(x, graph.reshape(context, 0, 0, self.hidden_size), number)
            states.append(x)
            memory.append((keys, values))
        return states, memory, mask

    def lengths(self, mask: str) -> str:
        """Returns the numbers of tokens int64 `[b, 1]`."""
        return self.graph("ReduceSum", self.graph.to_int(mask), self.graph.ints(1), keepdims=1)

    # === Targets ===

    def extend(
        self,
        ids: str,
        positions: str,
        *,
        streams: Streams,
        own_mask: str,
        memory: list[tuple[str, str]],
        memory_mask: str,
        past: list[tuple[str, str]],
        start_ids: str | None = None,
        cross_direction: CrossDirection | None = None,
        memory_biases: list[str] | None = None,
    ) -> tuple[str, list[tuple[str, str]]]:
        """Computes the states `[n, t, hidden]` of new tokens, and each layer's keys and values with theirs added.

        Args:
            ids, positions: int64 `[n, t]`.
            streams: The sources of the rows.
            own_mask: bool `[n, t, u]`, old and new tokens that a new one sees.
            memory: Keys and values of the source per layer.
            memory_mask: bool `[b, s]`.
            past: Keys and values `[n, heads, u - t, head_size]` of the old tokens per layer.
            start_ids: int64 `[n]`, the start token of each row's direction.
            cross_direction: `CrossDirection`.
            memory_biases: float `[b, heads, p, t, s]` per layer, added to the scores over the source.
        """
        graph = self.graph
        segment = graph.constant(self.config["num_segments"] - 1, "int64")
        angles = None
        if self.position_type == "rotary":
            sines, cosines = rotary(graph, positions, self.head_size)
            angles = graph.unsqueeze(sines, 1), graph.unsqueeze(cosines, 1)
        to_own = to_memory_slots = None
        if self.position_type == "relative":
            own = own_positions(graph, own_mask, streams.of_source(self.lengths(memory_mask)))
            to_own = distance_embeddings(graph, positions, own, self.config)
            length = graph("Squeeze", graph.sizes(memory_mask, 1, 2))
            slots = graph("Range", graph.constant(0, "int64"), length, graph.constant(1, "int64"))
            by_source = streams.by_source(positions)
            to_memory_slots = distance_embeddings(graph, by_source, graph.unsqueeze(slots, 0, 1), self.config)
        x = self._embed(ids, positions, segment_ids=segment, start_ids=start_ids)
        visible_memory = graph.unsqueeze(memory_mask, 1, 2, 3)
        visible = graph.unsqueeze(streams.by_source(own_mask), 1)
        streams_and_steps = graph("Concat", streams.count(), graph.sizes(ids, 1, 2), axis=0)
        source_length = graph.sizes(memory_mask, 1, 2)
        partners = None if cross_direction is None else streams.partners()
        all_own = []
        for number in range(self.num_layers):
            new_keys, new_values = (self._heads(self._project(x, number, part), 1) for part in ("key", "value"))
            own_query = self._heads(self._query(x, number), 1)
            if angles is not None:
                own_query, new_keys = (rotate(graph, part, angles, self.head_size) for part in (own_query, new_keys))
            keys, values = (
                graph("Concat", old, added, axis=2)
                for old, added in zip(past[number], (new_keys, new_values), strict=True)
            )
            memory_keys, memory_values = memory[number]
            query = streams.by_source(own_query)
            to_memory = graph.transpose(query, 0, 2, 1, 3, 4)
            to_memory = graph.reshape(to_memory, 0, 0, -1, self.head_size)
            memory_scores = graph("MatMul", to_memory, graph.transpose(memory_keys, 0, 1, 3, 2))
            memory_scores = graph.reshape(
                memory_scores, graph("Concat", graph.ints(0, 0), streams_and_steps, graph.ints(-1), axis=0)
            )
            if memory_biases is not None:
                memory_scores = graph("Add", memory_scores, memory_biases[number])
            own_scores = graph("MatMul", own_query, graph.transpose(keys, 0, 1, 3, 2))
            if to_own is not None and to_memory_slots is not None:
                own_scores = graph("Add", own_scores, graph("Einsum", own_query, to_own, equation="nhtd,ntud->nhtu"))
                by_distance = graph("Einsum", query, to_memory_slots, equation="bphtd,bptsd->bhpts")
                memory_scores = graph("Add", memory_scores, by_distance)
            own_scores = graph.transpose(streams.by_source(own_scores), 0, 2, 1, 3, 4)
            scores = graph(
                "Concat", self._masked(memory_scores, visible_memory), self._masked(own_scores, visible), axis=-1
            )
            weights = graph("Softmax", scores, axis=-1)
            memory_weights = graph.slice(weights, 0, source_length, axis=-1)
            of_own = graph.slice(weights, source_length, (1 << 62), axis=-1)
            of_memory = graph.reshape(memory_weights, 0, 0, -1, source_length)
            from_memory = graph("MatMul", of_memory, memory_values)
            from_memory = graph.reshape(
                from_memory, graph("Concat", graph.ints(0, 0), streams_and_steps, graph.ints(-1), axis=0)
            )
            from_memory = graph.transpose(from_memory, 0, 2, 3, 1, 4)
            own_weights = streams.by_row(graph.transpose(of_own, 0, 2, 1, 3, 4), 5)
            from_own = graph("MatMul", own_weights, values)
            if to_own is not None and to_memory_slots is not None:
                by_distance = graph("Einsum", own_weights, to_own, equation="nhtu,ntud->nhtd")
                from_own = graph("Add", from_own, by_distance)
                by_distance = graph("Einsum", memory_weights, to_memory_slots, equation="bhpts,bptsd->bpthd")
                from_memory = graph("Add", from_memory, by_distance)
            context = self._join(streams.by_row(from_memory, 5))
            context = graph("Add", context, self._join(graph.transpose(from_own, 0, 2, 1, 3)))
            if cross_direction is not None and partners is not None:
                other = self._other_context(own_query, keys, values, partners, streams, cross_direction)
                context = self._fuse(context, other, cross_direction, number)
            x = self._feed_forward(x, context, number)
            all_own.append((keys, values))
        return x, all_own

    def _other_context(
        self, query: str, keys: str, values: str, partners: str, streams: Streams, cross: CrossDirection
    ) -> str:
        """Returns contexts `[n, t, hidden]` of the other direction's past; 0 where none is visible."""
        graph = self.graph
        query = graph("Gather", query, partners)
        if cross.attend_all:
            context = self._mean_context(query, keys, values, cross.mask, streams.half())
        else:
            scores = graph("MatMul", query, graph.transpose(keys, 0, 1, 3, 2))
            weights = self._masked_weights(scores, graph.unsqueeze(cross.mask, 1))
            context = graph("MatMul", weights, values)
        return self._join(graph.transpose(graph("Gather", context, partners), 0, 2, 1, 3))

    def _mean_context(self, query: str, keys: str, values: str, mask: str, half: str) -> str:
        """Returns the mean `[n, heads, t, head_size]` of the contexts in all streams of a query's half."""
        graph = self.graph

        def by_direction(x: str, rank: int) -> str:
            return graph.reshape(x, -1, half, graph.sizes(x, 1, rank))

        # [2 b, heads, p / 2 of the queries, p / 2 of the keys, ...]
        grouped = graph.unsqueeze(graph.transpose(by_direction(query, 4), 0, 2, 1, 3, 4), 3)
        keys, values = (graph.unsqueeze(graph.transpose(by_direction(x, 4), 0, 2, 1, 3, 4), 2) for x in (keys, values))
        scores = graph("MatMul", grouped, graph.transpose(keys, 0, 1, 2, 3, 5, 4))
        weights = self._masked_weights(scores, graph.unsqueeze(by_direction(mask, 3), 1, 2))
        context = graph("ReduceMean", graph("MatMul", weights, values), axes=[3], keepdims=0)
        return graph("Reshape", graph.transpose(context, 0, 2, 1, 3, 4), graph("Shape", query))

    def _masked_weights(self, scores: str, mask: str) -> str:
        graph = self.graph
        weights = graph("Softmax", self._masked(scores, mask), axis=-1)
        return graph("Where", mask, weights, graph.constant(0.0))

    def _fuse(self, own: str, other: str, cross: CrossDirection, number: int) -> str:
        graph = self.graph
        if cross.kind == "gate":
            gates = graph("Sigmoid", graph.dense(graph("Concat", own, other, axis=-1), f"fusions.{number}.gate"))
            own_gate = graph.slice(gates, 0, self.hidden_size, axis=-1)
            other_gate = graph.slice(gates, self.hidden_size, 2 * self.hidden_size, axis=-1)
            return graph("Add", graph("Mul", own_gate, own), graph("Mul", other_gate, other))
        other = graph("Tanh", other) if cross.kind == "nonlinear" else other
        return graph("Add", own, graph("Mul", other, graph.constant(cross.weight)))

    # === Output head ===

    def token_logits(self, states: str) -> str:
        """Computes logits over the vocabulary of states `[..., hidden]`."""
        graph, prefix = self.graph, self.prefix
        x = graph.dense(states, f"{prefix}mlm_dense")
        x = activation(graph, self.config["activation"], x, layer=f"{prefix}mlm_activation")
        x = graph.layer_norm(x, f"{prefix}mlm_norm", self.config["norm_epsilon"])
        width = self.config.get("embedding_size") or self.hidden_size
        rows, table = graph.reshape(x, -1, width), f"{prefix}token_embedding.embeddings"
        bias = graph.weight(f"{prefix}mlm_bias")
        if graph.is_quantized(table):
            logits = graph("Add", graph.matmul(rows, table, transposed=True), bias)
        else:
            logits = graph("Gemm", rows, graph.weight(table), bias, transB=1)
        return graph(
            "Reshape", logits, graph("Concat", graph("Shape", states, start=0, end=-1), graph.ints(-1), axis=0)
        )

    # === Parts of a layer ===

    def _embed(self, ids: str, positions: str, *, segment_ids: str, start_ids: str | None = None) -> str:
        graph, prefix = self.graph, self.prefix
        tokens = f"{prefix}token_embedding.embeddings"
        x = graph.rows(tokens, ids)
        if self.position_type == "absolute":
            x = graph("Add", x, self._position_embedding(positions))
        if self.config["num_segments"]:
            segments = graph.weight(f"{prefix}segment_embedding.embeddings")
            x = graph("Add", x, graph("Gather", segments, segment_ids))
        if self.config.get("num_task_types"):
            task_types = graph.weight(f"{prefix}task_type_embedding.embeddings")
            x = graph("Add", x, graph.slice(task_types, 0, 1, axis=0))
        if start_ids is not None:
            x = graph("Add", x, graph.unsqueeze(graph.rows(tokens, start_ids), 1))
        x = graph.layer_norm(x, f"{prefix}embedding_norm", self.config["norm_epsilon"])
        return graph.dense(x, f"{prefix}embedding_projection") if self.config.get("embedding_size") else x

    def _position_embedding(self, positions: str) -> str:
        graph = self.graph
        table = graph.weight(f"{self.prefix}position_embedding.embeddings")
        if not self.config.get("hierarchical_positions"):
            return graph("Gather", table, positions)
        first = graph("Mul", graph.slice(table, 0, 1, axis=0), graph.constant(_OUTER_WEIGHT))
        base = graph("Div", graph("Sub", table, first), graph.constant(1 - _OUTER_WEIGHT))
        length = graph.constant(self.config["max_length"], "int64")
        outer, inner = (graph("Gather", base, graph(operator, positions, length)) for operator in ("Div", "Mod"))
        return graph(
            "Add",
            graph("Mul", outer, graph.constant(_OUTER_WEIGHT)),
            graph("Mul", inner, graph.constant(1 - _OUTER_WEIGHT)),
        )

    def _layer(self, number: int) -> str:
        return f"{self.prefix}encoder_layers.{0 if self.config.get('shared_layers') else number}"

    def _project(self, x: str, number: int, part: str) -> str:
        return self.graph.dense(x, f"{self._layer(number)}.attention.{part}")

    def _query(self, x: str, number: int) -> str:
        return self.graph("Mul", self._project(x, number, "query"), self.graph.constant(self.head_size**-0.5))

    def _heads(self, x: str, axis: int) -> str:
        """Splits the last axis into heads, which move to `axis`."""
        zeros = [0] * (axis + 1)
        x = self.graph.reshape(x, *zeros, self.num_heads, self.head_size)
        leading = range(axis)
        return self.graph.transpose(x, *leading, axis + 1, axis, axis + 2)

    def _join(self, x: str) -> str:
        """Joins the heads of `[n, t, heads, head_size]`."""
        return self.graph.reshape(x, 0, 0, self.hidden_size)

    def _masked(self, scores: str, mask: str) -> str:
        return self.graph.masked(scores, mask)

    def _feed_forward(self, x: str, context: str, number: int) -> str:
        graph, layer, epsilon = self.graph, self._layer(number), self.config["norm_epsilon"]
        attended = graph.dense(context, f"{layer}.attention.output_projection")
        x = graph.layer_norm(graph("Add", x, attended), f"{layer}.attention_norm", epsilon)
        inner = graph.dense(x, f"{layer}.feed_forward_in")
        inner = activation(graph, self.config["activation"], inner, layer=f"{layer}.activation")
        return graph.layer_norm(
            graph("Add", x, graph.dense(inner, f"{layer}.feed_forward_out")), f"{layer}.output_norm", epsilon
        )
