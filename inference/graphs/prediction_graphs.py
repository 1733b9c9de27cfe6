"""Graphs of the models that predict in one step: spans, labels, masked words and embeddings.

Letters of shapes: b texts, s tokens.
"""

from ...data.decoding_constants import MASKED_LOGIT
from .encoder_graph import EncoderGraph
from .graph_builder import GraphBuilder
from .model_description import ModelDescription


def embed_graph(model: ModelDescription) -> GraphBuilder:
    """Writes `embed`: ids int64 `[b, s]` to `first_layer` and `last_layer` `[b, s, hidden]`, the layers' outputs."""
    graph = model.builder("embed")
    encoder = EncoderGraph(graph, model.encoder, model.encoder_prefix)
    states, _, _ = encoder.encode(graph.input("ids", "int64", ["b", "s"]))
    for name, value in (("first_layer", states[0]), ("last_layer", states[-1])):
        graph.output(name, value, "float32", ["b", "s", encoder.hidden_size])
    return graph


def span_graph(model: ModelDescription) -> GraphBuilder:
    """Writes `predict` of an `ExtractiveQA`.

    Inputs: `ids` and `segment_ids` int64 `[b, s]`, segment 1 at the passage. Output: `logits` `[b, 2, s]`, start and
    end logits; -1e9 outside the passage and [CLS].
    """
    graph = model.builder("predict")
    encoder = EncoderGraph(graph, model.encoder, model.encoder_prefix)
    ids, segment_ids = (graph.input(name, "int64", ["b", "s"]) for name in ("ids", "segment_ids"))
    last_segment = graph.constant(model.encoder["num_segments"] - 1, "int64")
    states, _, mask = encoder.encode(ids, segment_ids=graph("Min", segment_ids, last_segment))
    logits = graph.transpose(graph.dense(states[-1], "head"), 0, 2, 1)
    zero, one = graph.constant(0, "int64"), graph.constant(1, "int64")
    positions = graph("Range", zero, graph("Squeeze", graph.sizes(ids, 1, 2)), one)
    before_end = graph("Less", positions, graph("Sub", encoder.lengths(mask), one))
    passage = graph("And", graph("Equal", segment_ids, one), before_end)
    allowed = graph.unsqueeze(graph("Or", passage, graph("Equal", positions, zero)), 1)
    logits = graph("Where", allowed, logits, graph.constant(MASKED_LOGIT))
    graph.output("logits", logits, "float32", ["b", 2, "s"])
    return graph


def label_graph(model: ModelDescription) -> GraphBuilder:
    """Writes `predict` of a `MultiLabelClassifier`: `ids` int64 `[b, s]` to `logits` `[b, labels]`."""
    graph = model.builder("predict")
    encoder = EncoderGraph(graph, model.encoder, model.encoder_prefix)
    states, _, mask = encoder.encode(graph.input("ids", "int64", ["b", "s"]))
    weights = graph.unsqueeze(graph.to_float(mask), 2)
    total = graph("ReduceSum", graph("Mul", states[-1], weights), graph.ints(1), keepdims=0)
    count = graph("Max", graph("ReduceSum", weights, graph.ints(1), keepdims=0), graph.constant(1.0))
    logits = graph.dense(graph("Div", total, count), "head")
    graph.output("logits", logits, "float32", ["b", model.config["num_labels"]])
    return graph


def mask_graph(model: ModelDescription) -> GraphBuilder:
    """Writes `predict` of a `MaskedLM`: `ids` `[b, s]`, `positions` int64 `[b, k]` to `logits` `[b, k, vocab]`."""
    graph = model.builder("predict")
    encoder = EncoderGraph(graph, model.encoder, model.encoder_prefix)
    states, _, _ = encoder.encode(graph.input("ids", "int64", ["b", "s"]))
    positions = graph.input("positions", "int64", ["b", "k"])
    at_masks = graph("GatherND", states[-1], graph.unsqueeze(positions, 2), batch_dims=1)
    graph.output("logits", encoder.token_logits(at_masks), "float32", ["b", "k", model.encoder["vocab_size"]])
    return graph
