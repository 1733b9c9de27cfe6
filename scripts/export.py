"""textzoo export: write a model's graphs as ONNX files that other programs run.

    textzoo export runs/first --out exported
    textzoo export tiny-zh --task TitleGenerator --out titles

The folder holds the graphs, the weights they refer to, the configuration and the vocabulary.
"""

import sys
from dataclasses import dataclass, field

from textzoo.scripts.cli.arguments import ModelPath, OutputFolder, Text, parse_arguments
from textzoo.scripts.cli.command import cli_command


@dataclass
class Export:
    """Write a model's graphs as ONNX files, with its weights beside them.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        out: Folder to write; new or empty.
        task: Class of the model, such as TitleGenerator, if the folder serves several tasks; by default the first.
    """

    model: ModelPath = field(metadata={"positional": True})
    out: OutputFolder
    task: Text | None = None

    def __post_init__(self):
        from textzoo.data.writer_lock import is_free_folder

        if not is_free_folder(self.out):
            raise ValueError(f"{self.out} is not empty; choose another --out")


@cli_command("textzoo export")
def main(argv: list[str]) -> None:
    args = parse_arguments(Export, argv, prog="textzoo export")
    from textzoo.inference.export_graphs import export_graphs

    for file in export_graphs(args.model, args.out, task=args.task):
        print(file)


if __name__ == "__main__":
    sys.exit(main())
