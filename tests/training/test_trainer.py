"""`Trainer` from Python: the same weights as the command's, settings and folders that are refused."""

import json

import numpy as np
import pytest

from textzoo.data import QAExample, read_qa
from textzoo.models import MultiLabelClassifier, QAGenerator
from textzoo.scripts import main as textzoo
from textzoo.training import GeneratorTrainingConfig, ModelConfig, Trainer, TrainingConfig, create_model

LENGTHS = {"max_source_length": 24, "max_answer_length": 6, "max_question_length": 8}
SIZE = {"num_layers": 1, "hidden_size": 16, "num_heads": 2}
TRAINING = {"epochs": 2, "batch_size": 4, "learning_rate": 0.01, "token_substitution_rate": 0.5, "label_smoothing": 0.1}
EXAMPLES = [
    QAExample(f"{name}昨天去了{place}。", f"谁去了{place}？", name, 0)
    for name in ("王明", "李红", "张华")
    for place in ("车站", "公园")
]


@pytest.fixture
def pairs(tmp_path):
    rows = [{"passage": e.passage, "question": e.question, "answer": e.answer} for e in EXAMPLES]
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.graph
def test_the_command_and_python_give_the_same_weights(pairs, tmp_path):
    settings = {**LENGTHS, **SIZE, **TRAINING, "answer_weight": 0.5, "decoder_noise_rate": 0.3}
    flags = [word for name, value in settings.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    command = ["train", "qa", str(pairs), "--validation", str(pairs), "--out", str(tmp_path / "command"), *flags]
    assert textzoo.main(command) == 0
    examples = list(read_qa(pairs))
    model = create_model(
        QAGenerator,
        ModelConfig(**SIZE),
        texts=[text for e in examples for text in (e.passage, e.question, e.answer)],
        max_lengths=LENGTHS,
        extra_positions=2,
        preprocessor_options={"answer_weight": 0.5},
        copy_head=True,
        decoder_noise_rate=0.3,
        seed=0,
    )
    config = GeneratorTrainingConfig(out=str(tmp_path / "python"), **TRAINING)
    metrics = Trainer(model, config).fit(examples, examples, files=[pairs])
    for name in ("model.safetensors", "log.csv", "metrics.json"):
        assert (tmp_path / "python" / name).read_bytes() == (tmp_path / "command" / name).read_bytes(), name
    assert metrics == json.loads((tmp_path / "python" / "metrics.json").read_text())
    for mine, saved in zip(
        model.get_weights(), QAGenerator.from_preset(tmp_path / "command").get_weights(), strict=True
    ):
        np.testing.assert_array_equal(mine, saved)
    with pytest.raises(ValueError, match="is not empty; choose a new or empty folder"):
        Trainer(model, config)
    with pytest.raises(ValueError, match="this run has already finished; nothing to resume"):
        Trainer(model, GeneratorTrainingConfig(out=config.out, resume=True))


def test_too_few_batches_are_refused_before_the_folder_is_created(tmp_path):
    model = create_model(
        QAGenerator,
        ModelConfig(**SIZE),
        texts=[EXAMPLES[0].passage],
        max_lengths=LENGTHS,
        extra_positions=2,
        copy_head=True,
    )
    config = TrainingConfig(out=str(tmp_path / "out"), epochs=1, gradient_accumulation_steps=4)
    with pytest.raises(ValueError, match="at least 4 batches, the gradient_accumulation_steps of one update"):
        Trainer(model, config).fit(EXAMPLES)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("config_class", "fields", "message"),
    [
        (TrainingConfig, {"warmup_ratio": 1.0}, r"Expected warmup_ratio below 1\. Received: 1\.0\."),
        (TrainingConfig, {"ema_momentum": 1.0}, "Expected ema_momentum below 1"),
        (GeneratorTrainingConfig, {"label_smoothing": 1.0}, "Expected label_smoothing below 1"),
        (GeneratorTrainingConfig, {"warmup_ratio": 1.0}, "Expected warmup_ratio below 1"),
        (ModelConfig, {"dropout": 1.0}, "Expected dropout below 1"),
        (ModelConfig, {"num_heads": 3}, r"Expected num_heads to divide hidden_size 128\. Received: 3\."),
    ],
)
def test_bad_settings(config_class, fields, message):
    required = {} if config_class is ModelConfig else {"out": "runs/first"}
    with pytest.raises(ValueError, match=message):
        config_class(**required, **fields)


def test_options_replace_those_of_a_saved_model(tmp_path):
    texts = ["小李来了", "下雨"]
    new = {"max_lengths": {"max_length": 16}, "labels": ["人", "天气"]}
    saved = create_model(MultiLabelClassifier, ModelConfig(**SIZE), texts=texts, **new, seed=0)
    saved.save_to_preset(tmp_path)
    checkpoint = ModelConfig(checkpoint=str(tmp_path), dropout=0.3)
    model = create_model(MultiLabelClassifier, checkpoint, texts=texts, max_lengths={"max_length": 12}, labels=["人"])
    assert (model.preprocessor.max_length, model.preprocessor.labels) == (12, ["人", "天气"])
    assert model.encoder.config["dropout"] == 0.3
    np.testing.assert_array_equal(model.predict("小李来了", verbose=0), saved.predict("小李来了", verbose=0))
