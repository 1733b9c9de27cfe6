"""textzoo convert: a checkpoint from one library's format into another's."""

import logging
import os
import sys
import warnings
from pathlib import Path

FORMATS = ("google", "huggingface", "textzoo")


def main(argv: list[str] | None = None) -> int:
    """Loads an encoder from any folder and writes it in the format asked for.

    Args:
        argv: The command line; None: the process's.

    Returns:
        The exit status: 0, or 2 for a folder that cannot be read or written, said in one line on stderr.
    """
    from jsonargparse import ArgumentParser

    parser = ArgumentParser(
        prog="textzoo convert", description="A checkpoint from one library's format into another's."
    )
    parser.add_argument("folder", help="a preset's name, a folder, or the path of one checkpoint in it")
    parser.add_argument("out", type=str, help="the folder to write; it must be empty or not there yet")
    parser.add_argument("--to", choices=FORMATS, required=True, help="the format; google is what bert4keras loads")
    parser.add_argument("--vocab", type=str | None, default=None, help="a vocab.txt in place of the folder's")
    args = parser.parse_args(argv)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.basicConfig(format="%(message)s")
    try:
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_: print(f"textzoo convert: {message}", file=sys.stderr)
            _convert(args.folder, Path(args.out), args.to, args.vocab)
    except (ValueError, OSError) as error:
        print(f"textzoo convert: {error}", file=sys.stderr)
        return 2
    print(f"{args.out}: written in the format {args.to}")
    return 0


def _convert(folder: str, out: Path, to: str, vocab: str | None) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{out}: expected an empty folder, or none. Received: one with files in it.")
    from textzoo.data import Tokenizer
    from textzoo.models import Encoder
    from textzoo.models.checkpoints import write_google, write_hugging_face

    encoder = Encoder.from_preset(folder, None if vocab is None else Tokenizer.from_vocab(vocab))
    if to == "textzoo":
        encoder.save_to_preset(out, {"converted from": folder})
    else:
        {"google": write_google, "huggingface": write_hugging_face}[to](encoder, out)


if __name__ == "__main__":
    sys.exit(main())
