"""BERT: Google's, RoBERTa-wwm, MacBERT."""

from ..family import Family, Names

_ATTENTION, _FEED_FORWARD = "Transformer-{i}-MultiHeadSelfAttention", "Transformer-{i}-FeedForward"
_LAYER, _GOOGLE_LAYER = "encoder.layer.{i}", "bert/encoder/layer_{i}"

EMBEDDINGS = (
    Names(
        "token_embedding",
        hugging_face="embeddings.word_embeddings",
        google="bert/embeddings/word_embeddings",
        bert4keras=("Embedding-Token", 0),
    ),
    Names(
        "segment_embedding",
        hugging_face="embeddings.token_type_embeddings",
        google="bert/embeddings/token_type_embeddings",
        bert4keras=("Embedding-Segment", 0),
    ),
    Names(
        "position_embedding",
        hugging_face="embeddings.position_embeddings",
        google="bert/embeddings/position_embeddings",
        bert4keras=("Embedding-Position", 0),
    ),
    Names(
        "embedding_norm",
        hugging_face="embeddings.LayerNorm",
        google="bert/embeddings/LayerNorm",
        bert4keras=("Embedding-Norm", 0),
    ),
)
LAYER = (
    *(
        Names(
            f"encoder_layers.{{i}}.attention.{part}",
            hugging_face=f"{_LAYER}.attention.self.{part}",
            google=f"{_GOOGLE_LAYER}/attention/self/{part}",
            bert4keras=(_ATTENTION, 2 * number),
        )
        for number, part in enumerate(("query", "key", "value"))
    ),
    Names(
        "encoder_layers.{i}.attention.output_projection",
        hugging_face=f"{_LAYER}.attention.output.dense",
        google=f"{_GOOGLE_LAYER}/attention/output/dense",
        bert4keras=(_ATTENTION, 6),
    ),
    Names(
        "encoder_layers.{i}.attention_norm",
        hugging_face=f"{_LAYER}.attention.output.LayerNorm",
        google=f"{_GOOGLE_LAYER}/attention/output/LayerNorm",
        bert4keras=(f"{_ATTENTION}-Norm", 0),
    ),
    Names(
        "encoder_layers.{i}.feed_forward_in",
        hugging_face=f"{_LAYER}.intermediate.dense",
        google=f"{_GOOGLE_LAYER}/intermediate/dense",
        bert4keras=(_FEED_FORWARD, 0),
    ),
    Names(
        "encoder_layers.{i}.feed_forward_out",
        hugging_face=f"{_LAYER}.output.dense",
        google=f"{_GOOGLE_LAYER}/output/dense",
        bert4keras=(_FEED_FORWARD, 2),
    ),
    Names(
        "encoder_layers.{i}.output_norm",
        hugging_face=f"{_LAYER}.output.LayerNorm",
        google=f"{_GOOGLE_LAYER}/output/LayerNorm",
        bert4keras=(f"{_FEED_FORWARD}-Norm", 0),
    ),
)
HEAD = (
    Names(
        "mlm_dense",
        hugging_face="cls.predictions.transform.dense",
        google="cls/predictions/transform/dense",
        bert4keras=("MLM-Dense", 0),
    ),
    Names(
        "mlm_norm",
        hugging_face="cls.predictions.transform.LayerNorm",
        google="cls/predictions/transform/LayerNorm",
        bert4keras=("MLM-Norm", 0),
    ),
    Names(
        "mlm_bias",
        hugging_face="cls.predictions.bias",
        google="cls/predictions/output_bias",
        bert4keras=("MLM-Bias", 0),
    ),
)
POOLER = Names("pooler", hugging_face="pooler.dense", google="bert/pooler/dense", bert4keras=("Pooler-Dense", 0))

BERT = Family(
    model_type="bert",
    class_name="Bert",
    table=(*EMBEDDINGS, *LAYER, POOLER, *HEAD),
    settings={"position_embedding_type": "absolute"},
)
