"""Extractive question answering: the answer to a question as a span of a passage."""

import keras
import numpy as np
from keras import ops

from ...data.check_types import check_types
from ...data.decoding_constants import MASKED_LOGIT
from ...data.examples import QAExample
from ...data.length_batching import pad_sources
from ...data.tasks.answer_extraction import AnswerExtraction
from ...generation.process_guard import check_process
from ...layers.truncated_normal import TruncatedNormal
from ..encoder import Encoder
from ..plain_examples import qa_example
from ..preprocessors import ExtractiveQAPreprocessor
from ..task import Task


@keras.saving.register_keras_serializable(package="textzoo")
class ExtractiveQA(AnswerExtraction, Task):
    """Extractive question answering model: start and end logits of every token of the passage.

    The logits of [CLS] stand for "no answer". The loss is the mean of the cross-entropies of start and end; a question
    without an answer has the label [CLS].

    Args:
        encoder: `Encoder`.
        preprocessor: `ExtractiveQAPreprocessor`. None: the model takes arrays and trains on the call arguments and
            labels int `[b, 2]`.

    Call arguments:
        inputs: dict of `ids` int `[b, s]` (0 is padding) and `segment_ids` int `[b, s]`, 0 for the question, 1 for the
            passage.
        training: bool. Whether dropout is applied.

    Returns:
        float32 `[b, 2, s]`, start and end logits; -1e9 at the question, [SEP] and padding.

    Example:

    >>> from textzoo.data import Tokenizer
    >>> from textzoo.models import Encoder
    >>> keras.utils.set_random_seed(0)
    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李来了谁？"])
    >>> sizes = {"hidden_size": 16, "num_layers": 1, "num_heads": 2, "intermediate_size": 32}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=32, mlm_head=False)
    >>> model = ExtractiveQA(encoder, ExtractiveQAPreprocessor(tokenizer, max_question_length=8, max_passage_length=16))
    >>> model.compile(keras.optimizers.Adam(0.02))
    >>> history = model.fit([QAExample("小李来了", "谁来了？", "小李", 0)], epochs=20, verbose=0)
    >>> model.answer("小李来了", "谁来了？").text
    '小李'

    Reference:
        Devlin et al., arXiv 1810.04805, sections 4.2 and 4.3; Rajpurkar et al., arXiv 1806.03822 (SQuAD v2).
    """

    preprocessor_class = ExtractiveQAPreprocessor
    example_class = QAExample
    fields = ("passage", "question", "answer")
    encoder_options = {"mlm_head": False, "pooler": False}
    length_option = "max_passage_length"
    text_method = "answer"
    card_examples = {
        "Chinese": 'print(model.answer("今天下午三点，小李在图书馆讲课。", "谁讲课？"))',
        "English": 'print(model.answer("Anna reads in the library.", "Who reads?"))',
    }

    @check_types
    def __init__(self, encoder: Encoder, preprocessor=None, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.dropout = keras.layers.Dropout(encoder.config["dropout"], dtype=self.dtype_policy)
        normal = TruncatedNormal(encoder.config["initializer_range"])
        self.head = keras.layers.Dense(2, kernel_initializer=normal, name="head", dtype=self.dtype_policy)
        self.head.build((None, encoder.hidden_size))
        self.finish(preprocessor)

    def heads(self):
        return [("extractive QA head", self.head)]

    def example(self, values):
        return qa_example(values)

    def call(self, inputs, training=None):
        ids, segment_ids = inputs["ids"], inputs["segment_ids"]
        segments = ops.minimum(segment_ids, self.encoder.num_segments - 1)
        hidden, memory = self.encoder.encode(ids, segment_ids=segments, training=training)
        logits = ops.cast(self.head(self.dropout(hidden, training=training)), "float32")
        positions = ops.arange(ops.shape(ids)[1])
        passage = ops.equal(segment_ids, 1) & (positions < memory.lengths[:, None] - 1)
        allowed = passage | ops.equal(positions, 0)
        return ops.where(allowed[:, None], ops.transpose(logits, (0, 2, 1)), MASKED_LOGIT)

    # === Training ===

    def default_metrics(self):
        return {"metrics": [keras.metrics.SparseCategoricalAccuracy(name="position_accuracy")]}

    def records(self, examples, *, seed=0, redraw=False):
        records = self.preprocessor.records(examples)
        self.check_max_length([record["ids"] for record in records])
        return records

    def split(self, batch):
        return {"ids": batch["ids"], "segment_ids": batch["segment_ids"]}, batch["labels"][:, :2]

    def span_logits(self, windows):
        check_process()
        ids = pad_sources([window.ids for window in windows])
        segment_ids = pad_sources([window.segment_ids for window in windows])
        return np.asarray(self.predict_on_batch({"ids": ids, "segment_ids": segment_ids}))[: len(windows)]
