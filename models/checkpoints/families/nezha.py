"""NEZHA: embeddings of the distance between two tokens."""

from ..family import BERT_ARGUMENTS, Family
from .bert import BERT

NEZHA = Family(
    model_type="nezha",
    class_name="Nezha",
    table=BERT.table,
    options={"position_type": "relative"},
    arguments=BERT_ARGUMENTS | {"max_relative_position": "max_distance"},
    settings={"use_relative_position": True},
    telling_keys=("use_relative_position", "max_relative_position"),
    telling_names=r"^Embedding-Relative-Position",
)
