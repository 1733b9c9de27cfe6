"""Generation of titles in one or two directions."""

import keras
from keras import ops

from ...data.check_types import check_types
from ...data.examples import TitleExample
from ...data.tasks.title_generation import DECODERS, Decoder, TitleGeneration
from ...generation.compile_loop import resolve_jit_compile
from ...layers.direction_fusion import DirectionFusion, Kind
from ..encoder import Encoder
from ..encoder_state import BidirectionalContext
from ..preprocessors import TitlePreprocessor
from ..task import Task
from ..unilm import UniLM
from .title_decoder import TitleDecoder
from .title_training_data import LEAKAGE_GUARDS, LeakageGuard, TitleTrainingData


@keras.saving.register_keras_serializable(package="textzoo")
class TitleGenerator(TitleGeneration, Task):
    """Generator of titles over a `UniLM`.

    `left_to_right` is plain UniLM decoding. `bidirectional` writes from the left and from the right in step, with the
    same weights and a start token per direction. A fusion in every layer lets each direction attend to what the other
    has written; the better of both is the title. `from_both_ends` writes each half from its end and joins them.

    In training, a bidirectional model could copy the tokens of the title that the other direction shows it.
    `leakage_guard` prevents that, see `TitleTrainingData`.

    Args:
        encoder: `Encoder` with an output head.
        preprocessor: `TitlePreprocessor`. None: the model takes arrays and trains on dicts like the records of
            `TitleTrainingData`.
        decoder: `"left_to_right"`, `"bidirectional"` or `"from_both_ends"`.
        fusion: `"linear"`, `"nonlinear"` or `"gate"`, see `DirectionFusion`.
        fusion_weight: float. Weight of the linear or nonlinear fusion.
        leakage_guard: `"mask"`, `"two_pass"`, `"noise"` or `"none"`.
        lookahead: int. Last step of the other direction that is visible with `mask`.
        copy_head: bool. Whether tokens of the article can be copied; needed by small models and small data.
        source_prior: bool. Whether to add a `SourcePrior`, which favours tokens of the article.

    Raises:
        ValueError: `decoder` or `leakage_guard` is unknown, or the vocabulary lacks a start token of two directions.

    Example:

    >>> from textzoo.data import Tokenizer, build_vocabulary
    >>> tokenizer = Tokenizer(build_vocabulary(["小李在图书馆讲课", "小王在展览馆讲课"]))
    >>> sizes = {"hidden_size": 16, "num_layers": 1, "num_heads": 2, "intermediate_size": 32}
    >>> encoder = Encoder(tokenizer.vocab_size, **sizes, max_length=64)
    >>> preprocessor = TitlePreprocessor(tokenizer, max_source_length=16, max_title_length=8)
    >>> model = TitleGenerator(encoder, preprocessor, decoder="bidirectional", copy_head=True)
    >>> history = model.fit([TitleExample("小李在图书馆讲课", "小李讲课")], batch_size=1, verbose=0)
    >>> model.generate("小王在展览馆讲课", num_beams=2).direction in ("left_to_right", "right_to_left")
    True

    Reference:
        Zhou, Zhang & Zong, arXiv 1905.04847; Su Jianlin, https://kexue.fm/archives/6877.
    """

    preprocessor_class = TitlePreprocessor
    example_class = TitleExample
    fields = ("text", "title")
    encoder_options = {"mlm_head": True, "pooler": False}
    target_key = "target_ids"
    text_method = "generate"
    card_examples = {
        "Chinese": 'print(model.generate("今天下午三点，小李在图书馆讲课，来了两百人。").text)',
        "English": 'print(model.generate("Anna reads in the library.").text)',
    }

    @check_types
    def __init__(
        self,
        encoder: Encoder,
        preprocessor=None,
        *,
        decoder: Decoder = "left_to_right",
        fusion: Kind = "nonlinear",
        fusion_weight: float = 0.1,
        leakage_guard: LeakageGuard = "mask",
        lookahead: int = 4,
        copy_head: bool = False,
        source_prior: bool = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        for name, value, known in (("decoder", decoder, DECODERS), ("leakage_guard", leakage_guard, LEAKAGE_GUARDS)):
            if value not in known:
                raise ValueError(f"Expected {name} to be one of {', '.join(known)}. Received: {value!r}")
        self.options = {
            "decoder": decoder,
            "fusion": fusion,
            "fusion_weight": fusion_weight,
            "leakage_guard": leakage_guard,
            "lookahead": lookahead,
            "copy_head": copy_head,
            "source_prior": source_prior,
        }
        self.decoder: Decoder = decoder
        self.leakage_guard: LeakageGuard = leakage_guard
        self.lookahead = lookahead
        self.unilm = UniLM(
            encoder, copy_head=copy_head, source_prior=source_prior, name="unilm", dtype=self.dtype_policy
        )
        self.fusions: list[DirectionFusion] = []
        if decoder != "left_to_right":
            self.fusions = [
                DirectionFusion(
                    encoder.hidden_size, fusion, weight=fusion_weight, name=f"fusion_{i}", dtype=self.dtype_policy
                )
                for i in range(encoder.num_layers)
            ]
            if preprocessor is not None:
                _ = preprocessor.start_ids  # raises if the vocabulary lacks one
        self.gives_log_probs = copy_head
        self._decoders: dict[bool, TitleDecoder] = {}
        self.finish(preprocessor)

    def heads(self):
        heads = [("copy head", self.unilm.copy_head), ("source prior", self.unilm.source_prior)]
        heads += [("direction fusion", fusion) for fusion in self.fusions]
        return [(name, layer) for name, layer in heads if layer is not None]

    @property
    def encoder(self) -> Encoder:
        return self.unilm.encoder

    def call(self, inputs, training=None):
        if self.decoder == "left_to_right":
            return self.unilm(inputs, training=training)
        source = self.unilm.encode(inputs["source_ids"], training=training)
        targets = inputs["target_ids"]
        start_ids = ops.stack([targets[0, 0, 0], targets[0, -1, 0]])
        bidirectional_context = BidirectionalContext(
            fusions=self.fusions, start_ids=start_ids, lookaheads=inputs["lookaheads"]
        )
        states, _ = self.encoder.extend(
            targets, source.memory, bidirectional_context=bidirectional_context, training=training
        )
        # only the first and the last stream are trained; the others are there to be attended to
        states, read_ids = (ops.stack([x[:, 0], x[:, -1]], axis=1) for x in (states, targets))
        return self.unilm.logits(states, read_ids, source=source)

    def records(self, examples, *, seed=0, redraw=False):
        return TitleTrainingData(
            examples,
            self.preprocessor,
            decoder=self.decoder,
            leakage_guard=self.leakage_guard,
            lookahead=self.lookahead,
            seed=seed,
            redraw=redraw,
        )

    def get_config(self):
        return super().get_config() | self.options

    @property
    def num_positions(self) -> int:  # pyright: ignore[reportIncompatibleVariableOverride]
        return self.encoder.num_positions

    def title_decoder(self, jit_compile: bool | str, streams: int) -> TitleDecoder:
        jit_compile = resolve_jit_compile(jit_compile, streams)
        if jit_compile not in self._decoders:
            tokenizer = self.preprocessor.tokenizer
            options = {"end_id": tokenizer.sep_id, "allowed": tokenizer.is_generatable}
            if self.decoder != "left_to_right":
                options |= {"start_ids": self.preprocessor.start_ids, "fusions": self.fusions}
                options |= {"from_both_ends": self.decoder == "from_both_ends"}
            if self.decoder == "bidirectional" and self.leakage_guard == "mask":
                options["lookahead"] = self.lookahead
            self._decoders[jit_compile] = TitleDecoder(self.unilm, **options, jit_compile=jit_compile)
        return self._decoders[jit_compile]
