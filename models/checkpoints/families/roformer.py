"""RoFormer: queries and keys rotated by their positions."""

from ..family import BERT_ARGUMENTS, Family, Names, replaced
from .bert import BERT

ROFORMER = Family(
    model_type="roformer",
    class_name="RoFormer",
    table=replaced(
        BERT.table,
        Names(
            "embedding_projection",
            hugging_face="embeddings_project",
            google="bert/encoder/embedding_hidden_mapping_in",
            bert4keras=("Embedding-Mapping", 0),
        ),
    ),
    options={"position_type": "rotary"},
    arguments=BERT_ARGUMENTS | {"embedding_size": "embedding_size"},
    settings={"rotary_value": False},
    telling_keys=("rotary_value",),
    telling_names=r"^Embedding-Rotary-Position",
)
