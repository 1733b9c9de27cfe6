"""Tiny random models of every configuration, saved in folders that both engines read."""

import keras
import numpy as np

from textzoo.data import Tokenizer
from textzoo.layers import SAU, SmoothReLU
from textzoo.models import (
    Encoder,
    ExtractiveQA,
    ExtractiveQAPreprocessor,
    MaskedLM,
    MaskedLMPreprocessor,
    MultiLabelClassifier,
    MultiLabelPreprocessor,
    QAGenerator,
    QAPreprocessor,
    TitleGenerator,
    TitlePreprocessor,
)

CHARACTERS = "小李王明昨天今在北京上海大学图书馆讲课来了两百人谁去哪里什么时候？。，"
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[unused2]"]
TEXTS = ["小李昨天在北京大学图书馆讲课，来了两百人。", "王明今天去上海。", "北京大学在北京，王明在大学讲课。"]
SIZES = {"hidden_size": 16, "num_layers": 2, "num_heads": 4, "intermediate_size": 32}


def tokenizer():
    return Tokenizer([*SPECIAL, *dict.fromkeys(CHARACTERS)])


def encoder(**options):
    return Encoder(tokenizer().vocab_size, **SIZES | {"max_length": 96, "mlm_head": True} | options)


def with_random_weights(model, seed=0, scale=0.3):
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(rng.normal(0, scale, weight.shape) + (weight.name == "gamma"))
    return model


def qa_generator(*, encoder_options=None, **options):
    preprocessor = QAPreprocessor(tokenizer(), max_source_length=48, max_answer_length=6, max_question_length=10)
    return with_random_weights(QAGenerator(encoder(**encoder_options or {}), preprocessor, **options))


def title_generator(**options):
    preprocessor = TitlePreprocessor(tokenizer(), max_source_length=48, max_title_length=7)
    return with_random_weights(TitleGenerator(encoder(), preprocessor, **options))


def extractive_qa():
    preprocessor = ExtractiveQAPreprocessor(tokenizer(), max_question_length=8, max_passage_length=12)
    return with_random_weights(ExtractiveQA(encoder(mlm_head=False), preprocessor))


def multilabel_classifier():
    preprocessor = MultiLabelPreprocessor(tokenizer(), ["去", "来", "在"], max_length=24)
    return with_random_weights(MultiLabelClassifier(encoder(mlm_head=False), preprocessor))


def masked_lm():
    return with_random_weights(MaskedLM(encoder(), MaskedLMPreprocessor(tokenizer(), max_length=32)))


QA_CONFIGURATIONS = {
    "plain": {},
    "copy head and span bias": {"copy_head": True},
    "copy head": {"copy_head": True, "span_bias": False},
    "span bias": {"span_bias": True},
    "one segment, pooler": {"encoder_options": {"num_segments": 1, "pooler": True}},
    "hierarchical positions": {"encoder_options": {"max_length": 12, "hierarchical_positions": True}},
    "gelu_tanh": {"encoder_options": {"activation": "gelu_tanh"}},
    "relu": {"encoder_options": {"activation": "relu"}},
    "silu": {"encoder_options": {"activation": keras.activations.silu}},
    "sau": {"encoder_options": {"activation": "sau"}},
    "albert": {"encoder_options": {"embedding_size": 8, "shared_layers": True, "num_task_types": 2}},
    "roformer": {"copy_head": True, "encoder_options": {"position_type": "rotary", "num_segments": 0}},
    "nezha": {"encoder_options": {"position_type": "relative", "max_distance": 4}},
    "sau with options": {"encoder_options": {"activation": SAU(0.3, width=0.1)}},
    "smooth_relu": {"encoder_options": {"activation": "smooth_relu"}},
    "logistic smooth_relu": {"encoder_options": {"activation": SmoothReLU("logistic", 0.2)}},
}
TITLE_CONFIGURATIONS = {
    "left to right": {"source_prior": True},
    "bidirectional": {"decoder": "bidirectional", "copy_head": True, "lookahead": 2},
    "bidirectional without lookahead": {"decoder": "bidirectional", "fusion": "gate", "leakage_guard": "none"},
    "linear fusion": {"decoder": "bidirectional", "fusion": "linear", "source_prior": True, "copy_head": True},
    "from both ends": {"decoder": "from_both_ends"},
}
