"""textzoo convert: convert a checkpoint to the format of another library, or a data file to another format.

textzoo convert runs/mlm google --format google
textzoo convert runs/mlm huggingface --format huggingface
textzoo convert data pairs.jsonl pairs.csv --format csv
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from textzoo.scripts.cli.arguments import DataPath, ModelPath, OutputFolder, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.convert_data import ConvertData, convert_data


@dataclass
class Convert:
    """Convert an encoder's checkpoint to the format of another library.

    Args:
        input: Name of a preset, folder of a checkpoint, or path of one checkpoint in a folder.
        out: Folder to write; new or empty.
        format: Format to write. bert4keras reads google.
        vocab: Vocabulary file (vocab.txt) that replaces the checkpoint's.
        add_words: File of words, one per line, to add to the vocabulary; needs --format textzoo. A word starts with the
            mean of its characters' rows, and texts are cut by jieba; train the encoder further before use.
        allow_loss: Write the encoder even if the model has more than it: heads of a task, or positions past the trained
            ones. The command lists what is lost; the next-sentence head of a BERT is left out without this flag.
    """

    input: ModelPath = field(metadata={"positional": True})
    out: OutputFolder = field(metadata={"positional": True})
    format: Literal["google", "huggingface", "textzoo"]
    vocab: DataPath | None = None
    add_words: DataPath | None = None
    allow_loss: bool = False

    def __post_init__(self):
        from textzoo.data.writer_lock import is_free_folder

        if self.add_words is not None and self.format != "textzoo":
            raise ValueError(f"--add-words needs --format textzoo; {self.format} has no words cut by jieba")
        if not is_free_folder(self.out):
            raise ValueError(f"{self.out} already exists and is not an empty folder; choose another --out")


def convert(args: Convert) -> None:
    """Loads the encoder and writes it, unless the format cannot hold the whole model."""
    start_tensorflow()
    from textzoo.data import Tokenizer, read_texts
    from textzoo.models import Encoder, add_words
    from textzoo.models.checkpoints import write_google, write_hugging_face
    from textzoo.models.presets import conversion_losses
    from textzoo.models.presets.conversion_losses import NEXT_SENTENCE_HEAD

    lost = conversion_losses(args.input, keeps_positions=args.format == "textzoo")
    needed = [part for part in lost if part != NEXT_SENTENCE_HEAD]  # every BERT of Google has one, and no task here
    if needed and not args.allow_loss:
        raise ValueError(
            f"{args.input} has {', '.join(needed)}, which the format {args.format} cannot hold; train the model "
            "without (for example with --no-copy-head) or pass --allow-loss to lose that"
        )
    tokenizer = None if args.vocab is None else Tokenizer.from_vocab(args.vocab)
    encoder = Encoder.from_preset(args.input, tokenizer=tokenizer)
    if args.add_words is not None:
        encoder = add_words(encoder, [text.strip() for _, text in read_texts(args.add_words)])
    if args.format == "textzoo":
        encoder.save_to_preset(args.out, card={"converted from": args.input})
    else:
        {"google": write_google, "huggingface": write_hugging_face}[args.format](encoder, Path(args.out))
    print(f"{args.out}: written in the format {args.format}" + (f", without {', '.join(lost)}" if lost else ""))


@cli_command("textzoo convert")
def main(argv: list[str]) -> None:
    """Converts data after the word `data`, else a checkpoint; a checkpoint in a folder `data` is `./data`."""
    if argv[:1] == ["data"]:
        convert_data(parse_arguments(ConvertData, argv[1:], prog="textzoo convert data"))
    else:
        convert(parse_arguments(Convert, argv, prog="textzoo convert"))


if __name__ == "__main__":
    sys.exit(main())
