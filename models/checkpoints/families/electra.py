"""ELECTRA: the discriminator, and the generator with its output head."""

from ..family import BERT_ARGUMENTS, Family, Names, replaced
from .bert import EMBEDDINGS, LAYER

_TRUNK = tuple(
    names._replace(google=names.google and names.google.replace("bert/", "electra/")) for names in (*EMBEDDINGS, *LAYER)
)

ELECTRA = Family(
    model_type="electra",
    class_name="Electra",
    table=replaced(
        _TRUNK,
        Names(
            "embedding_projection",
            hugging_face="embeddings_project",
            google="electra/embeddings_project",
            bert4keras=("Embedding-Mapping", 0),
        ),
        # Google's files hold the generator's head with the discriminator's layers, which it does not fit.
        Names("mlm_dense", hugging_face="generator_predictions.dense"),
        Names("mlm_norm", hugging_face="generator_predictions.LayerNorm"),
        Names("mlm_bias", hugging_face="generator_lm_head.bias"),
    ),
    arguments=BERT_ARGUMENTS | {"embedding_size": "embedding_size"},
    settings={"position_embedding_type": "absolute"},
    telling_keys=("generator_size", "generator_hidden_size"),
    telling_names=r"^electra/",
)
