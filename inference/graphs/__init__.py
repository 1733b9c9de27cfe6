"""ONNX graphs of the models, written from their configuration; the weights stay in the model's safetensors file."""

from .graph_builder import GraphBuilder as GraphBuilder
from .model_graphs import model_graphs as model_graphs
