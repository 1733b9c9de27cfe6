"""Cold start: wall-clock time of `textzoo generate qa` and of a transformers script.

    python -m benchmarks.cold_start

The input is one passage of 128 tokens. Each side generates 5 questions of 32 tokens with 3 beams, with 4 layers x 312
at random weights; the preset tiny-zh has 4 layers x 256. textzoo also generates the 5 answers; the decoder-only model
receives them. The processes run in turns. Processes that run only the first part of the command split textzoo's time.
Writes benchmarks/cold_start.md.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness import current_command, machine, ratio

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from textzoo.data import Tokenizer
from textzoo.models import Encoder, QAGenerator, QAPreprocessor

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
VOCAB_SIZE, LENGTH, NUM_BEAMS = 21128, 32, 3
TEXTZOO = "import sys; from textzoo.scripts.main import main; sys.exit(main())"
PARTS = {
    "Python": "pass",
    "+ import textzoo.inference": "import textzoo.inference",
    "+ load the model": "import sys; from textzoo.inference import LightQAGenerator as M; M.from_preset(sys.argv[1])",
    "import keras on TensorFlow": "import keras",
}


def prepare(folder: Path) -> None:
    """Writes the models of both sides and the passage."""
    import transformers
    from tokenizers import Tokenizer as FastTokenizer
    from tokenizers import models, pre_tokenizers

    keras.utils.set_random_seed(0)
    letters = [chr(0x4E00 + i) for i in range(20902)]
    tokens = [*SPECIAL, *letters, *(f"[unused{i}]" for i in range(VOCAB_SIZE - len(SPECIAL) - len(letters)))]
    encoder = Encoder(VOCAB_SIZE, hidden_size=312, num_layers=4, num_heads=12, intermediate_size=1248)
    encoder.mlm_bias.assign(np.where(np.arange(VOCAB_SIZE) == 3, -1e4, 0).astype("float32"))
    QAGenerator(
        encoder,
        QAPreprocessor(Tokenizer(tokens), max_source_length=256, max_answer_length=8, max_question_length=LENGTH),
    ).save_to_preset(folder / "textzoo")
    config = transformers.GPT2Config(
        vocab_size=VOCAB_SIZE, n_positions=512, n_embd=312, n_layer=4, n_head=12, eos_token_id=3, pad_token_id=0
    )
    transformers.GPT2LMHeadModel(config).save_pretrained(folder / "gpt2")
    word_level = FastTokenizer(models.WordLevel({token: i for i, token in enumerate(tokens)}, unk_token="[UNK]"))
    word_level.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=word_level, unk_token="[UNK]", pad_token="[PAD]", padding_side="left"
    )
    fast.save_pretrained(folder / "gpt2")
    random = np.random.default_rng(0)
    (folder / "passage.txt").write_text("".join(random.choice(letters, 126)) + "\n", encoding="utf-8")


def seconds(*command: str) -> float:
    """Returns the wall-clock seconds of a Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--page", type=Path, default=Path(__file__).with_suffix(".md"), help="output file")
    options = parser.parse_args(argv)
    peer = str(Path(__file__).parent / "peers" / "transformers_cold_start.py")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder)
        model, passage = str(folder / "textzoo"), str(folder / "passage.txt")
        flags = ["--num-pairs", "5", "--num-beams", str(NUM_BEAMS), "--max-answer-length", "8"]
        generate = ["-c", TEXTZOO, "generate", "qa", passage]
        commands = {
            "textzoo generate qa": [*generate, "--model", model, *flags],
            "the same, --engine keras": [*generate, "--model", model, *flags, "--engine", "keras"],
            "the same, preset tiny-zh": [*generate, "--model", "tiny-zh", *flags],
            "transformers": [peer, str(folder / "gpt2"), passage, str(LENGTH), str(NUM_BEAMS)],
            **{part: ["-c", code, model] for part, code in PARTS.items()},
        }
        times = {process: [] for process in commands}
        for number in range(options.rounds + 1):
            for process, command in commands.items():
                elapsed = seconds(*command)
                if number:  # the first round fills the disk cache
                    times[process].append(elapsed)
    time_ratio = ratio(times["textzoo generate qa"], times["transformers"])
    libraries = ", ".join(f"{name} {version(name)}" for name in ("onnxruntime", "keras", "torch", "transformers"))
    lines = [
        f"`{current_command()}`, medians of {options.rounds} rounds. textzoo takes {time_ratio} times as long as "
        f"transformers. {machine()}, {libraries}.",
        "",
        "| process | seconds |",
        "|---|---|",
        *(f"| {process} | {statistics.median(values):.2f} |" for process, values in times.items()),
    ]
    options.page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
