"""ALBERT: narrow embeddings, and one layer that all layers share."""

from ..family import BERT_ARGUMENTS, Family, Names, replaced
from .bert import EMBEDDINGS, HEAD

_LAYER = "encoder.albert_layer_groups.0.albert_layers.0"
_GOOGLE_LAYER = "bert/encoder/transformer/group_0/inner_group_0"
_ATTENTION, _FEED_FORWARD = "Transformer-MultiHeadSelfAttention", "Transformer-FeedForward"

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
        *(
            Names(
                f"encoder_layers.{{i}}.attention.{part}",
                hugging_face=f"{_LAYER}.attention.{part}",
                google=f"{_GOOGLE_LAYER}/attention_1/self/{part}",
                bert4keras=(_ATTENTION, 2 * number),
            )
            for number, part in enumerate(("query", "key", "value"))
        ),
        Names(
            "encoder_layers.{i}.attention.output_projection",
            hugging_face=f"{_LAYER}.attention.dense",
            google=f"{_GOOGLE_LAYER}/attention_1/output/dense",
            bert4keras=(_ATTENTION, 6),
        ),
        Names(
            "encoder_layers.{i}.attention_norm",
            hugging_face=f"{_LAYER}.attention.LayerNorm",
            google=f"{_GOOGLE_LAYER}/LayerNorm",
            bert4keras=(f"{_ATTENTION}-Norm", 0),
        ),
        Names(
            "encoder_layers.{i}.feed_forward_in",
            hugging_face=f"{_LAYER}.ffn",
            google=f"{_GOOGLE_LAYER}/ffn_1/intermediate/dense",
            bert4keras=(_FEED_FORWARD, 0),
        ),
        Names(
            "encoder_layers.{i}.feed_forward_out",
            hugging_face=f"{_LAYER}.ffn_output",
            google=f"{_GOOGLE_LAYER}/ffn_1/intermediate/output/dense",
            bert4keras=(_FEED_FORWARD, 2),
        ),
        Names(
            "encoder_layers.{i}.output_norm",
            hugging_face=f"{_LAYER}.full_layer_layer_norm",
            google=f"{_GOOGLE_LAYER}/LayerNorm_1",
            bert4keras=(f"{_FEED_FORWARD}-Norm", 0),
        ),
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
