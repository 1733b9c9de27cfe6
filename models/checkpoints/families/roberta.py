"""RoBERTa and XLM-RoBERTa: BERT whose positions count from the id of the padding."""

from dataclasses import replace

from ..family import Family, replaced
from .bert import BERT, HEAD

ROBERTA = Family(
    model_type="roberta",
    class_name="Roberta",
    table=replaced(
        BERT.table,
        HEAD[0]._replace(hugging_face="lm_head.dense"),
        HEAD[1]._replace(hugging_face="lm_head.layer_norm"),
        HEAD[2]._replace(hugging_face="lm_head.bias"),
    ),
    settings={"position_embedding_type": "absolute"},
    padded_positions=True,
)
XLM_ROBERTA = replace(ROBERTA, model_type="xlm-roberta", class_name="XLMRoberta", prefix="roberta")
