"""textzoo export: write a model's graphs as ONNX files that other programs run.

    textzoo export runs/qa --out exported
    textzoo export tiny-zh --task TitleGenerator --out titles
    textzoo export runs/qa --out small --quantize int8

The folder holds the graphs, the weights they refer to, the configuration and the vocabulary.
"""

import sys
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import ModelPath, OutputFolder, Text, parse_arguments
from textzoo.scripts.cli.command import cli_command


@dataclass
class Export:
    """Write a model's graphs as ONNX files, with its weights beside them.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        out: Folder to write; new or empty.
        task: Class of the model, such as TitleGenerator, if the folder serves several tasks; by default the first.
        quantize: Store large matrices in 8 bits and multiply in 8 bits. The folder is a quarter as large and serves
            as --model, too.
    """

    model: ModelPath = field(metadata={"positional": True})
    out: OutputFolder
    task: Text | None = None
    quantize: Literal["int8"] | None = None

    def __post_init__(self):
        from textzoo.data.writer_lock import is_free_folder

        if not is_free_folder(self.out):
            raise ValueError(f"{self.out} is not empty; choose another --out")


@cli_command("textzoo export")
def main(argv: list[str]) -> None:
    args = parse_arguments(Export, argv, prog="textzoo export")
    from textzoo.inference.export_graphs import export_graphs

    for file in export_graphs(args.model, args.out, task=args.task, quantize=args.quantize):
        print(file)


if __name__ == "__main__":
    sys.exit(main())
