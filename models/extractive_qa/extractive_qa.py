"""What a reader finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from ...data.examples import QAExample
from ...data.length_batching import batch_by_length, pad_sources
from ...data.qa.best_span import best_span
from ...data.score_constants import MASKED_LOGIT
from ...layers.truncated_normal import TruncatedNormal
from ..check_max_length import check_max_length
from ..task import Task
from .extractive_qa_preprocessor import ExtractiveQAPreprocessor


@dataclass(frozen=True, slots=True)
class ExtractiveAnswer:
    """An answer that stands in the passage: `passage[start:end] == text`.

    Args:
        text: The answer, as the passage writes it.
        start: Where it begins, in code points of the passage.
        end: Where it ends.
        score: Sum of its start and end logits, the highest of all spans.
        no_answer_score: The same sum for "there is no answer"; of a passage read in pieces the lowest. There is none
            where it exceeds `score`.

    Example:

    >>> answer = ExtractiveAnswer("小李", 0, 2, score=4.5, no_answer_score=-3.0)
    >>> answer.score > answer.no_answer_score
    True
    """

    text: str
    start: int
    end: int
    score: float
    no_answer_score: float


@keras.saving.register_keras_serializable(package="textzoo")
class ExtractiveQA(Task):
    """A start and an end logit for every token of the passage, and for "there is no answer" those of [CLS].

    Trained with the mean of the two cross-entropies; a question without an answer is trained towards [CLS].

    Args:
        encoder: `Encoder`.
        preprocessor: `ExtractiveQAPreprocessor`; None for a model of arrays, which then trains on the call arguments and
            labels int `[b, 2]`.

    Call arguments:
        inputs: dict of `ids` int `[b, s]`, 0 is padding; and `segment_ids` int `[b, s]`, 1 from the passage on.
        training: bool. Whether dropout is on.

    Returns:
        float32 `[b, 2, s]`, start and end logits; -1e9 at question, [SEP] and padding.

    Example:

    >>> from textzoo.data import Tokenizer
    >>> from textzoo.models import Encoder
    >>> keras.utils.set_random_seed(0)
    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李来了谁？"])
    >>> encoder = Encoder(tokenizer.vocab_size, 16, 1, 2, 32, max_length=32, mlm_head=False)
    >>> model = ExtractiveQA(encoder, ExtractiveQAPreprocessor(tokenizer, 8, 16))
    >>> model.compile(keras.optimizers.Adam(0.02))
    >>> history = model.fit([QAExample("小李来了", "谁来了？", "小李", 0)], epochs=20, verbose=0)
    >>> model.answer("小李来了", "谁来了？").text
    '小李'

    Reference:
        Devlin et al., arXiv 1810.04805, sections 4.2 and 4.3; Rajpurkar et al., arXiv 1806.03822 (SQuAD v2).
    """

    preprocessor_class = ExtractiveQAPreprocessor
    example_class = QAExample
    encoder_options = {"mlm_head": False, "pooler": False}
    card_example = 'print(model.answer("今天下午三点，小李在图书馆讲课。", "谁讲课？"))'

    def __init__(self, encoder, preprocessor=None, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.preprocessor: Any = preprocessor
        self.dropout = keras.layers.Dropout(encoder.config["dropout"], dtype=self.dtype_policy)
        normal = TruncatedNormal(encoder.config["initializer_range"])
        self.head = keras.layers.Dense(2, kernel_initializer=normal, name="head", dtype=self.dtype_policy)
        self.head.build((None, encoder.hidden_size))
        self.built = True

    def call(self, inputs, training=None):
        ids, segment_ids = inputs["ids"], inputs["segment_ids"]
        segments = ops.minimum(segment_ids, self.encoder.num_segments - 1)
        hidden, memory = self.encoder.encode(ids, segment_ids=segments, training=training)
        logits = ops.cast(self.head(self.dropout(hidden, training=training)), "float32")
        places = ops.arange(ops.shape(ids)[1])
        passage = ops.equal(segment_ids, 1) & (places < memory.lengths[:, None] - 1)
        allowed = passage | ops.equal(places, 0)
        return ops.where(allowed[:, None], ops.transpose(logits, (0, 2, 1)), MASKED_LOGIT)

    # === Training ===

    def default_metrics(self):
        return {"metrics": [keras.metrics.SparseCategoricalAccuracy(name="position_accuracy")]}

    def records(self, examples, seed=0, redraw=False):
        records = self.preprocessor.records(examples)
        self._check_max_length([record["ids"] for record in records])
        return records

    def split(self, batch):
        return {"ids": batch["ids"], "segment_ids": batch["segment_ids"]}, batch["labels"][:, :2]

    def _check_max_length(self, rows: list[np.ndarray]):
        texts = "question and passage of at most {} tokens together"
        check_max_length(self.encoder, rows, texts, "max_passage_length")

    # === Reading ===

    def answer(
        self,
        passages: str | Sequence[str],
        questions: str | Sequence[str],
        batch_size: int = 16,
        max_answer_length: int = 30,
    ) -> Any:
        """The best answer to each question.

        Args:
            passages: a text, or several, of any length.
            questions: the question of the text, or of each of the texts.
            batch_size: int. Windows at a time.
            max_answer_length: int. Tokens of an answer.

        Returns:
            `ExtractiveAnswer`, the span of the highest sum of logits in all windows of the passage; for several texts a
            list of them.

        Raises:
            ValueError: there are not as many questions as passages, or one of them has no token.
        """
        if isinstance(passages, str) != isinstance(questions, str):
            raise ValueError("Expected a passage and a question, or a list of each. Received: one and a list.")
        if isinstance(passages, str):
            return self.answer([passages], [str(questions)], batch_size, max_answer_length)[0]
        if len(passages) != len(questions):
            raise ValueError(f"Expected a question for each of {len(passages)} passages. Received: {len(questions)}")
        groups = self.preprocessor.windows(passages, questions)
        windows = [(row, window) for row, group in enumerate(groups) for window in group]
        self._check_max_length([window.ids for _, window in windows])
        best: list[Any] = [None] * len(passages)
        no_answer = np.full(len(passages), np.inf)
        for numbers in batch_by_length([len(window.ids) for _, window in windows], batch_size):
            chunk = [windows[number] for number in numbers]
            ids = pad_sources([window.ids for _, window in chunk])
            segment_ids = pad_sources([window.segment_ids for _, window in chunk])
            logits = np.asarray(self.predict_on_batch({"ids": ids, "segment_ids": segment_ids}))[: len(chunk)]
            spans = np.where(logits <= MASKED_LOGIT, -np.inf, logits)
            spans[:, :, 0] = -np.inf
            found = zip(*best_span(spans[:, 0], spans[:, 1], max_answer_length), strict=True)
            for number, (row, window), none, (first, last, score) in zip(
                numbers, chunk, logits[:, :, 0].sum(axis=1), found, strict=True
            ):
                no_answer[row] = min(no_answer[row], float(none))
                if best[row] is None or (score, -number) > best[row][:2]:
                    place = int(window.offsets[first, 0]), int(window.offsets[last, 1])
                    best[row] = float(score), -number, *place
        return [
            ExtractiveAnswer(text[start:end], start, end, score, float(none))
            for text, none, (score, _, start, end) in zip(passages, no_answer, best, strict=True)
        ]
