"""Families of encoders, one file and one table each. Writing takes the first that has the encoder's architecture."""

from .albert import ALBERT as ALBERT
from .bert import BERT as BERT
from .distilbert import DISTILBERT as DISTILBERT
from .electra import ELECTRA as ELECTRA
from .ernie import ERNIE as ERNIE
from .nezha import NEZHA as NEZHA
from .roberta import ROBERTA as ROBERTA
from .roberta import XLM_ROBERTA as XLM_ROBERTA
from .roformer import ROFORMER as ROFORMER

FAMILIES = (BERT, ALBERT, DISTILBERT, ELECTRA, ERNIE, NEZHA, ROFORMER, ROBERTA, XLM_ROBERTA)
