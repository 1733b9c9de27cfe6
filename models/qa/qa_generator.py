"""Generation of question-answer pairs from a passage: first the answer, then its question."""

import keras

from ...data.check_types import check_types
from ...data.examples import QAExample
from ...data.tasks.qa_generation import QAGeneration
from ...generation.compile_loop import resolve_jit_compile
from ..contextual_embedder import ContextualEmbedder
from ..encoder import Encoder
from ..plain_examples import qa_example
from ..preprocessors import QAPreprocessor
from ..task import Task
from ..unilm import UniLM
from .qa_decoder import QADecoder


@keras.saving.register_keras_serializable(package="textzoo")
class QAGenerator(QAGeneration, Task):
    """End-to-end generator of question-answer pairs: p(answer | passage), then p(question | passage, answer).

    Answers are drawn by nucleus sampling among the spans of the passage. Questions are written by beam search. A
    passage is encoded once for all its answers and beams.

    Args:
        encoder: `Encoder` with an output head.
        preprocessor: `QAPreprocessor`. None: the model takes arrays and trains on dicts of `source_ids` `[b, s]`,
            `target_ids` `[b, p, t]` and optionally `target_spans` `[b, p, 2]`, see `UniLM`; its labels are
            `target_ids`, its weights `[b, p, t]`.
        copy_head: bool. Whether tokens of the passage can be copied; needed by small models and small data.
        decoder_noise_rate: float in [0, 1). Rate of `DecoderInputNoise` in training.
        span_bias: bool. Whether questions depend on the position of their answer, see `SpanBias`; None: as `copy_head`.
            With neither of the two the logits are bert4keras's.

    Example:

    >>> from textzoo.data import QAExample, Tokenizer
    >>> tokenizer = Tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"小李小王来了谁？".replace("小王", "王")])
    >>> sizes = {"hidden_size": 16, "num_layers": 1, "num_heads": 2, "intermediate_size": 32}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=64)
    >>> model = QAGenerator(encoder, QAPreprocessor(tokenizer, max_source_length=16), copy_head=True)
    >>> history = model.fit([QAExample("小李来了", "谁来了？", "小李", 0)], batch_size=1, verbose=0)
    >>> pairs = model.generate("小王来了", num_pairs=2, max_question_length=6, seed=0)
    >>> all("小王来了"[pair.start : pair.end] == pair.answer for pair in pairs)
    True

    Reference:
        Su Jianlin, https://kexue.fm/archives/7630.
    """

    preprocessor_class = QAPreprocessor
    example_class = QAExample
    fields = ("passage", "question", "answer")
    encoder_options = {"mlm_head": True, "pooler": False}
    streams_key = target_key = "target_ids"
    text_method = "generate"
    card_examples = {
        "Chinese": 'print(model.generate("今天下午三点，小李在图书馆讲课。"))',
        "English": 'print(model.generate("Anna reads in the library."))',
    }

    @check_types
    def __init__(
        self,
        encoder: Encoder,
        preprocessor=None,
        *,
        copy_head=False,
        decoder_noise_rate=0.0,
        span_bias=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.unilm = UniLM(
            encoder,
            copy_head=copy_head,
            decoder_noise_rate=decoder_noise_rate,
            span_bias=copy_head if span_bias is None else span_bias,
            name="unilm",
            dtype=self.dtype_policy,
        )
        self.gives_log_probs = copy_head
        self._decoders: dict[bool, QADecoder] = {}
        self.finish(preprocessor)

    def heads(self):
        heads = (("copy head", self.unilm.copy_head), ("span bias", self.unilm.span_bias))
        return [(name, layer) for name, layer in heads if layer is not None]

    def example(self, values):
        return qa_example(values)

    @property
    def encoder(self) -> Encoder:
        return self.unilm.encoder

    def call(self, inputs, training=None):
        return self.unilm(inputs, training=training)

    def records(self, examples, *, seed=0, redraw=False):
        return self.preprocessor.records(examples)

    def split(self, batch):
        inputs = {key: batch[key] for key in ("source_ids", "target_ids")}
        inputs["target_spans"] = batch["target_spans"][..., :2]  # a batch's last axes are padded
        return inputs, batch["target_ids"], batch["target_weights"]

    def get_config(self):
        return super().get_config() | {
            "copy_head": self.unilm.copy_head is not None,
            "decoder_noise_rate": self.unilm.decoder_input_noise.rate,
            "span_bias": self.unilm.span_bias is not None,
        }

    def embedder(self) -> ContextualEmbedder:
        """Returns an embedder of texts by the encoder's states, to compare questions."""
        return ContextualEmbedder(self.encoder)

    @property
    def num_positions(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.encoder.num_positions

    def qa_decoder(self, jit_compile: bool | str, streams: int) -> QADecoder:
        jit_compile = resolve_jit_compile(jit_compile, streams)
        if jit_compile not in self._decoders:
            tokenizer = self.preprocessor.tokenizer
            self._decoders[jit_compile] = QADecoder(
                self.unilm, end_id=tokenizer.sep_id, allowed=tokenizer.is_generatable, jit_compile=jit_compile
            )
        return self._decoders[jit_compile]
