"""ERNIE 1.0 to 3.0: BERT with an embedding of the task."""

from ..family import BERT_ARGUMENTS, Family, Names, replaced
from .bert import BERT

ERNIE = Family(
    model_type="ernie",
    class_name="Ernie",
    table=replaced(BERT.table, Names("task_type_embedding", hugging_face="embeddings.task_type_embeddings")),
    arguments=BERT_ARGUMENTS | {"task_type_vocab_size": "num_task_types"},
    settings={"position_embedding_type": "absolute"},
    written={"use_task_id": True},
    telling_keys=("use_task_id", "task_type_vocab_size"),
)
