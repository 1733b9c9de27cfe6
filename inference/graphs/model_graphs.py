"""The graphs of a model by name."""

from ...data.engines import EngineError
from .generator_graphs import encode_graph, extend_graph, head_graph
from .graph_builder import GraphBuilder
from .model_description import ModelDescription
from .prediction_graphs import embed_graph, label_graph, mask_graph, span_graph

_PREDICTIONS = {
    "ExtractiveQA": span_graph,
    "MultiLabelClassifier": label_graph,
    "MaskedLM": mask_graph,
}
GENERATORS = ("QAGenerator", "TitleGenerator")


def model_graphs(model: ModelDescription) -> dict[str, GraphBuilder]:
    """Writes the graphs of a model.

    Args:
        model: The model.

    Returns:
        Graphs by name: `embed` for every model; `encode`, `extend` and `head` for a generator, and `extend_all_beams`
        for titles in two directions; `predict` for the other tasks.

    Raises:
        EngineError: The model has a part without a graph, such as an unknown activation.
    """
    graphs = {"embed": embed_graph(model)}
    if model.task in GENERATORS:
        graphs |= {"encode": encode_graph(model), "extend": extend_graph(model), "head": head_graph(model)}
        if model.directions is not None:
            graphs["extend_all_beams"] = extend_graph(model, attend_all_beams=True)
    elif model.task in _PREDICTIONS:
        graphs["predict"] = _PREDICTIONS[model.task](model)
    elif model.task != "Encoder":
        raise EngineError(f"The light engine has no task {model.task}; use Keras.")
    return graphs
