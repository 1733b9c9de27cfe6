"""Graphs of a generator over a UniLM: `encode`, `extend` and `head`.

Letters of shapes: b sources, s source tokens, p streams per source at most, n rows, which are streams of any source, m
rows before, t new tokens of a row, v old ones.
"""

from .encoder_graph import CrossDirection, EncoderGraph
from .graph_builder import GraphBuilder
from .model_description import SPAN_RADIUS, ModelDescription
from .streams import Streams

_SPAN_SCALE = 10.0  # of `SpanBias`
_MIN_PROBABILITY = 1e-30


def encode_graph(model: ModelDescription) -> GraphBuilder:
    """Writes `encode`: a source to its memory.

    Input: `source_ids` int64 `[b, s]`, 0 is padding. Outputs: `memory_key_I` and `memory_value_I` `[b, heads, s,
    head_size]` for layer I; `last` `[b, hidden]`, the state that predicts the first target token; with a copy head
    `copy_keys` `[b, s, hidden]`; with a source prior `prior` `[b, vocab]`.
    """
    graph = model.builder("encode")
    encoder = EncoderGraph(graph, model.encoder, model.encoder_prefix)
    ids = graph.input("source_ids", "int64", ["b", "s"])
    states, memory, mask = encoder.encode(ids)
    _declare_cache(graph, encoder, memory, "memory", ["b", encoder.num_heads, "s", encoder.head_size])
    hidden, lengths = states[-1], encoder.lengths(mask)
    last_index = graph("Max", graph("Sub", lengths, graph.ints(1)), graph.ints(0))
    last = graph("GatherND", hidden, last_index, batch_dims=1)
    graph.output("last", last, "float32", ["b", encoder.hidden_size])
    if model.copy_head:
        graph.output(
            "copy_keys", _copy_keys(graph, hidden, encoder.hidden_size), "float32", ["b", "s", encoder.hidden_size]
        )
    if model.source_prior:
        graph.output("prior", _prior(graph, ids, lengths, model), "float32", ["b", model.encoder["vocab_size"]])
    return graph


def extend_graph(model: ModelDescription, *, attend_all_beams: bool = False) -> GraphBuilder:
    """Writes `extend`: new target tokens to their states.

    Inputs: those of `Streams`; `token_ids` and `positions` int64 `[n, t]`; `parents` int64 `[n]`, the row before that
    each row continues; `past_key_I` and `past_value_I` `[m, heads, v, head_size]`; `own_mask` bool `[n, t, v + t]`, the
    old and new tokens that a new token sees; `memory_key_I`, `memory_value_I` and `memory_mask` bool `[b, s]`. With a
    span bias `spans` int64 `[n, 2]` and `after_span` bool `[n, t]`. With two directions `start_ids` int64 `[n]` and
    `cross_mask` bool `[n, t, v + t]`, the tokens that the other direction sees; all p streams of a source are rows
    then, or none, or some if they see the start token only. Outputs: `states` `[n, t, hidden]`; `key_I` and `value_I`
    `[n, heads, v + t, head_size]`.
    """
    graph = model.builder("extend_all_beams" if attend_all_beams else "extend")
    encoder = EncoderGraph(graph, model.encoder, model.encoder_prefix)
    heads, size = encoder.num_heads, encoder.head_size
    streams = Streams(graph)
    token_ids, positions = (graph.input(name, "int64", ["n", "t"]) for name in ("token_ids", "positions"))
    parents = graph.input("parents", "int64", ["n"])
    past = _declare_cache_inputs(graph, encoder, "past", ["m", heads, "v", size])
    own_mask = graph.input("own_mask", "bool", ["n", "t", "u"])
    memory = _declare_cache_inputs(graph, encoder, "memory", ["b", heads, "s", size])
    memory_mask = graph.input("memory_mask", "bool", ["b", "s"])
    options = {}
    if model.span_bias:
        options["memory_biases"] = _memory_biases(graph, model, streams, graph.sizes(memory_mask, 1, 2))
    if model.directions is not None:
        options["start_ids"] = graph.input("start_ids", "int64", ["n"])
        cross_mask = graph.input("cross_mask", "bool", ["n", "t", "u"])
        options["cross_direction"] = CrossDirection(cross_mask, *model.directions, attend_all_beams)
    states, own = encoder.extend(
        token_ids,
        positions,
        streams=streams,
        own_mask=own_mask,
        memory=memory,
        memory_mask=memory_mask,
        past=[(graph("Gather", keys, parents), graph("Gather", values, parents)) for keys, values in past],
        **options,
    )
    graph.output("states", states, "float32", ["n", "t", encoder.hidden_size])
    _declare_cache(graph, encoder, own, "", ["n", heads, "u", size])
    return graph


def head_graph(model: ModelDescription) -> GraphBuilder:
    """Writes `head`: states to log-probabilities of the next token.

    Inputs: `states` `[n, t, hidden]`; `allowed` bool `[vocab]`; `ids` int64 `[n, t, c]`; `k` int64 `[1]`. With a copy
    head those of `Streams`, `read_ids` int64 `[n, t]`, the token that each state has read (0: none), `source_ids` int64
    `[b, s]` and `copy_keys`; with it and a span bias also `spans` and `after_span`. With a source prior those of
    `Streams` and `prior` `[b, vocab]`. Outputs: `logits` `[n, t, vocab]`; `log_probs` `[n, t, c]` of `ids`, and
    `top_log_probs` and `top_ids` `[n, t, k]`, all three among the allowed tokens.
    """
    graph = model.builder("head")
    encoder = EncoderGraph(graph, model.encoder, model.encoder_prefix)
    vocab_size, hidden_size = model.encoder["vocab_size"], encoder.hidden_size
    states = graph.input("states", "float32", ["n", "t", hidden_size])
    logits = encoder.token_logits(states)
    streams = Streams(graph) if model.source_prior or model.copy_head else None
    if model.source_prior and streams is not None:
        prior = streams.of_source(graph.input("prior", "float32", ["b", vocab_size]))
        logits = graph("Mul", graph("Add", logits, graph.unsqueeze(prior, 1)), graph.constant(0.5))
    if model.copy_head and streams is not None:
        logits = _copied(graph, logits, states, streams, model)
    graph.output("logits", logits, "float32", ["n", "t", vocab_size])
    allowed = graph.input("allowed", "bool", [vocab_size])
    log_probs = graph("LogSoftmax", graph.masked(logits, allowed), axis=-1)
    ids = graph.input("ids", "int64", ["n", "t", "c"])
    graph.output("log_probs", graph("GatherElements", log_probs, ids, axis=-1), "float32", ["n", "t", "c"])
    top, top_ids = graph.outputs_of("TopK", log_probs, graph.input("k", "int64", [1]), count=2, axis=-1)
    graph.output("top_log_probs", top, "float32", ["n", "t", "k"])
    graph.output("top_ids", top_ids, "int64", ["n", "t", "k"])
    return graph


# === Caches ===


def _cache_names(encoder: EncoderGraph, prefix: str) -> list[tuple[str, str]]:
    prefix = f"{prefix}_" if prefix else ""
    return [(f"{prefix}key_{i}", f"{prefix}value_{i}") for i in range(encoder.num_layers)]


def _declare_cache(graph: GraphBuilder, encoder: EncoderGraph, cache: list, prefix: str, shape: list) -> None:
    for names, values in zip(_cache_names(encoder, prefix), cache, strict=True):
        for name, value in zip(names, values, strict=True):
            graph.output(name, value, "float32", shape)


def _declare_cache_inputs(graph: GraphBuilder, encoder: EncoderGraph, prefix: str, shape: list) -> list:
    return [
        (graph.input(key, "float32", shape), graph.input(value, "float32", shape))
        for key, value in _cache_names(encoder, prefix)
    ]


# === Span bias ===


def _span_columns(graph: GraphBuilder, length: str, radius: int) -> tuple[str, str]:
    """Declares `spans` and `after_span`; returns the column of the bias `[n, s]` and where it counts `[n, t]`."""
    spans = graph.input("spans", "int64", ["n", 2])
    after_span = graph.input("after_span", "bool", ["n", "t"])
    zero, one = graph.constant(0, "int64"), graph.constant(1, "int64")
    start, end = graph.slice(spans, 0, 1, axis=1), graph.slice(spans, 1, 2, axis=1)
    position = graph("Range", zero, graph("Squeeze", length), one)
    before = graph("Min", graph("Sub", position, start), zero)
    after = graph("Max", graph("Add", graph("Sub", position, end), one), zero)
    limit = graph.constant(radius, "int64")
    distance = graph("Min", graph("Max", graph("Add", before, after), graph.constant(-radius, "int64")), limit)
    counts = graph("And", after_span, graph("Greater", end, zero))
    return graph("Add", distance, limit), counts


def _memory_biases(graph: GraphBuilder, model: ModelDescription, streams: Streams, length: str) -> list[str]:
    """Returns the bias `[b, heads, p, t, s]` of each layer."""
    table = graph.weight(model.span_bias_weight)
    heads = model.encoder["num_heads"]
    columns, counts = map(streams.by_source, _span_columns(graph, length, SPAN_RADIUS))
    counts = graph.unsqueeze(counts, 1, 4)
    biases = []
    for number in range(model.encoder["num_layers"]):
        rows = graph.slice(table, number * heads, (number + 1) * heads, axis=0)
        scores = graph.transpose(graph("Gather", rows, columns, axis=1), 1, 0, 2, 3)
        biases.append(_where_it_counts(graph, graph.unsqueeze(scores, 3), counts))
    return biases


def _copy_bias(graph: GraphBuilder, model: ModelDescription, length: str) -> str:
    """Returns the bias `[n, t, s]` of the copy head's scores."""
    columns, counts = _span_columns(graph, length, SPAN_RADIUS)
    row = graph("Squeeze", graph.slice(graph.weight(model.span_bias_weight), -1, 1 << 62, axis=0), graph.ints(0))
    return _where_it_counts(graph, graph.unsqueeze(graph("Gather", row, columns), 1), graph.unsqueeze(counts, 2))


def _where_it_counts(graph: GraphBuilder, scores: str, counts: str) -> str:
    return graph("Where", counts, graph("Mul", scores, graph.constant(_SPAN_SCALE)), graph.constant(0.0))


# === Copy head and source prior ===


def _copy_keys(graph: GraphBuilder, hidden: str, size: int) -> str:
    """Returns the pointer's keys: a convolution of width 3 as one matrix product."""
    name = "unilm.copy_head.key"
    padded = graph("Pad", hidden, graph.ints(0, 1, 0, 0, 1, 0))
    windows = graph(
        "Concat",
        graph.slice(padded, 0, -2, axis=1),
        hidden,
        graph.slice(padded, 2, 1 << 62, axis=1),
        axis=2,
    )
    kernel = graph.reshape(graph.weight(f"{name}.kernel"), 3 * size, size)
    return graph("Add", graph("MatMul", windows, kernel), graph.weight(f"{name}.bias"))


def _inside(graph: GraphBuilder, source_ids: str, lengths: str) -> str:
    """Returns bool `[b, s]`, True between the first and the last token."""
    zero, one = graph.constant(0, "int64"), graph.constant(1, "int64")
    slots = graph("Range", zero, graph("Squeeze", graph.sizes(source_ids, 1, 2)), one)
    return graph("And", graph("Greater", slots, zero), graph("Less", slots, graph("Sub", lengths, one)))


def _prior(graph: GraphBuilder, source_ids: str, lengths: str, model: ModelDescription) -> str:
    vocab_size = graph.ints(model.encoder["vocab_size"])
    zeros = graph("Expand", graph.constant(0.0), graph("Concat", graph.sizes(source_ids, 0, 1), vocab_size, axis=0))
    inside = graph.to_float(_inside(graph, source_ids, lengths))
    counts = graph("ScatterElements", zeros, source_ids, inside, axis=1, reduction="add")
    occurs = graph.to_float(graph("Greater", counts, graph.constant(0.0)))
    scale = graph("Exp", graph.weight("unilm.source_prior.log_scale"))
    return graph("Add", graph("Mul", scale, occurs), graph.weight("unilm.source_prior.shift"))


def _copied(graph: GraphBuilder, logits: str, states: str, streams: Streams, model: ModelDescription) -> str:
    """Returns the log-probabilities of the mixture with the copy distribution, see `CopyHead`."""
    name, hidden_size = "unilm.copy_head", model.encoder["hidden_size"]
    read_ids = graph.input("read_ids", "int64", ["n", "t"])
    source_ids = graph.input("source_ids", "int64", ["b", "s"])
    keys = graph.input("copy_keys", "float32", ["b", "s", hidden_size])
    length = graph.sizes(source_ids, 1, 2)
    query = graph("Mul", graph.dense(states, f"{name}.query"), graph.constant(hidden_size**-0.5))
    scores = _by_source(graph, query, graph.transpose(keys, 0, 2, 1), streams)
    order = graph.dense(states, f"{name}.order")
    padded = graph("Pad", source_ids, graph.ints(0, 1, 0, 1))
    for column, (start, end) in enumerate(((0, -2), (2, 1 << 62))):
        neighbors = graph.unsqueeze(streams.of_source(graph.slice(padded, start, end, axis=1)), 1)
        match = graph.to_float(graph("Equal", graph.unsqueeze(read_ids, 2), neighbors))
        scores = graph("Add", scores, graph("Mul", graph.slice(order, column, column + 1, axis=-1), match))
    if model.span_bias:
        scores = graph("Add", scores, _copy_bias(graph, model, length))
    is_token = graph("Not", graph("Equal", source_ids, graph.constant(0, "int64")))
    lengths = graph("ReduceSum", graph.to_int(is_token), graph.ints(1), keepdims=1)
    inside = graph.unsqueeze(streams.of_source(_inside(graph, source_ids, lengths)), 1)
    pointer = graph("Softmax", graph.masked(scores, inside), axis=-1)
    gate = graph.dense(states, f"{name}.gate")
    generated = graph("Sub", graph("LogSoftmax", logits, axis=-1), graph("Softplus", graph("Neg", gate)))
    return _add_copied(graph, generated, graph("Neg", graph("Softplus", gate)), pointer, source_ids, streams)


def _by_source(graph: GraphBuilder, rows: str, matrices: str, streams: Streams) -> str:
    """Multiplies rows `[n, t, x]` by the matrix `[b, x, y]` of their source."""
    arranged = streams.by_source(rows)
    flat = graph("Reshape", arranged, graph("Concat", graph.ints(0, -1), graph.sizes(arranged, 3, 4), axis=0))
    product = graph("MatMul", flat, matrices)
    shape = graph("Concat", graph.sizes(arranged, 0, 3), graph.ints(-1), axis=0)
    return streams.by_row(graph("Reshape", product, shape), 4)


def _add_copied(
    graph: GraphBuilder, generated: str, log_copy_gate: str, pointer: str, source_ids: str, streams: Streams
) -> str:
    same = graph.to_float(graph("Equal", graph.unsqueeze(source_ids, 2), graph.unsqueeze(source_ids, 1)))
    copied = graph("Max", _by_source(graph, pointer, same, streams), graph.constant(_MIN_PROBABILITY))
    index = graph("Expand", graph.unsqueeze(streams.of_source(source_ids), 1), graph("Shape", pointer))
    at_source = graph("GatherElements", generated, index, axis=-1)
    from_copy = graph("Add", log_copy_gate, graph("Log", copied))
    difference = graph("Neg", graph("Abs", graph("Sub", at_source, from_copy)))
    rest = graph("Log", graph("Add", graph("Exp", difference), graph.constant(1.0)))
    mixed = graph("Add", graph("Max", at_source, from_copy), rest)
    return graph("ScatterElements", generated, index, mixed, axis=-1)
