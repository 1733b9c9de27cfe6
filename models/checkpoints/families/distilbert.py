"""DistilBERT: BERT without segments and pooler."""

from ..family import BERT_ARGUMENTS, Family, Names
from .bert import EMBEDDINGS

_LAYER = "transformer.layer.{i}"
_PARTS = {
    "attention.query": "attention.q_lin",
    "attention.key": "attention.k_lin",
    "attention.value": "attention.v_lin",
    "attention.output_projection": "attention.out_lin",
    "attention_norm": "sa_layer_norm",
    "feed_forward_in": "ffn.lin1",
    "feed_forward_out": "ffn.lin2",
    "output_norm": "output_layer_norm",
}
_OTHER_KEYS = {
    "hidden_size": "dim",
    "num_hidden_layers": "n_layers",
    "num_attention_heads": "n_heads",
    "intermediate_size": "hidden_dim",
    "hidden_act": "activation",
    "hidden_dropout_prob": "dropout",
    "attention_probs_dropout_prob": "attention_dropout",
}

DISTILBERT = Family(
    model_type="distilbert",
    class_name="DistilBert",
    table=(
        *(Names(names.part, names.hugging_face) for names in EMBEDDINGS if names.part != "segment_embedding"),
        *(Names(f"encoder_layers.{{i}}.{part}", f"{_LAYER}.{name}") for part, name in _PARTS.items()),
        Names("mlm_dense", "vocab_transform"),
        Names("mlm_norm", "vocab_layer_norm"),
        Names("mlm_bias", "vocab_projector.bias"),
    ),
    options={"num_segments": 0},
    arguments={
        _OTHER_KEYS.get(key, key): argument
        for key, argument in BERT_ARGUMENTS.items()
        if argument not in ("num_segments", "norm_epsilon")
    },
)
