"""ALBERT: narrow embeddings, and one layer that all layers share."""

from ..family import BERT_ARGUMENTS, Family, Names, replaced
from .bert import EMBEDDINGS, HEAD, LAYER

_LAYER = "encoder.albert_layer_groups.0.albert_layers.0"
_GOOGLE_LAYER = "bert/encoder/transformer/group_0/inner_group_0"
# Names of each part of BERT's layer in transformers and in TensorFlow.
_PARTS = {
    "attention.query": ("attention.query", "attention_1/self/query"),
    "attention.key": ("attention.key", "attention_1/self/key"),
    "attention.value": ("attention.value", "attention_1/self/value"),
    "attention.output_projection": ("attention.dense", "attention_1/output/dense"),
    "attention_norm": ("attention.LayerNorm", "LayerNorm"),
    "feed_forward_in": ("ffn", "ffn_1/intermediate/dense"),
    "feed_forward_out": ("ffn_output", "ffn_1/intermediate/output/dense"),
    "output_norm": ("full_layer_layer_norm", "LayerNorm_1"),
}


def _shared_layer(names: Names) -> Names:
    """Returns the names of a part of the shared layer, which bert4keras calls as BERT's layers without a number."""
    hugging_face, google = _PARTS[names.part.removeprefix("encoder_layers.{i}.")]
    layer, index = names.bert4keras or ("", 0)
    return names._replace(
        hugging_face=f"{_LAYER}.{hugging_face}",
        google=f"{_GOOGLE_LAYER}/{google}",
        bert4keras=(layer.replace("-{i}", ""), index),
    )


ALBERT = Family(
    model_type="albert",
    class_name="Albert",
    table=replaced(
        (*EMBEDDINGS, *HEAD),
        Names(
            "embedding_projection",
            hugging_face="encoder.embedding_hidden_mapping_in",
            google="bert/encoder/embedding_hidden_mapping_in",
            bert4keras=("Embedding-Mapping", 0),
        ),
        *map(_shared_layer, LAYER),
        Names("pooler", hugging_face="pooler", google="bert/pooler/dense", bert4keras=("Pooler-Dense", 0)),
        HEAD[0]._replace(hugging_face="predictions.dense"),
        HEAD[1]._replace(hugging_face="predictions.LayerNorm"),
        HEAD[2]._replace(hugging_face="predictions.bias"),
    ),
    options={"shared_layers": True},
    arguments=BERT_ARGUMENTS | {"embedding_size": "embedding_size"},
    settings={"num_hidden_groups": 1, "inner_group_num": 1},
    telling_keys=("num_hidden_groups",),
    telling_names=r"inner_group_0|^Transformer-MultiHeadSelfAttention",
)
