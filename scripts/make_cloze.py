"""textzoo cloze: make question-answer pairs for training from plain Chinese text by rules.

textzoo cloze corpus.txt --out cloze.jsonl
textzoo cloze corpus.txt --all-nouns --out all-nouns.jsonl
"""

import json
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from textzoo.scripts.cli.arguments import DataPath, PositiveInt, ResumableFile, parse_arguments
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.input_options import InputOptions
from textzoo.scripts.cli.output_files import ResumableOutput, write_batch
from textzoo.scripts.cli.training_examples import read_corpus_texts

PASSAGES_PER_WRITE = 256
OUTPUT_FIELDS = ("passage", "question", "answer", "start")


@dataclass(frozen=True, kw_only=True)
class Cloze(InputOptions):
    """Make question-answer pairs for `textzoo train qa` from statements by replacing an answer with a question word.

    Args:
        input: Text file of one text per line, .jsonl file with lines of {"text"}, or folder of such files. Repeated
            passages count once. Passages without Chinese clauses give no pairs.
        out: File to write, one line of {"passage", "question", "answer", "start"} per pair; must not exist.
        resume: Continue an interrupted output; if there is none, start one.
        all_nouns: Ask for every noun. This gives about ten times as many pairs, less similar to human ones.
        max_characters: Maximum number of characters of a passage. Texts are split at the ends of Chinese sentences; a
            longer sentence stays whole.
        user_dict: File of further words for jieba, one per line, optionally with frequency and part of speech.
    """

    input: DataPath = field(metadata={"positional": True})
    out: ResumableFile
    resume: bool = False
    all_nouns: bool = False
    max_characters: PositiveInt = 160
    user_dict: DataPath | None = None


@cli_command("textzoo cloze")
def main(argv: list[str]) -> None:
    args = parse_arguments(Cloze, argv, prog="textzoo cloze")
    from rich.console import Console
    from rich.progress import Progress

    from textzoo.data import cloze_pairs, group_sentences
    from textzoo.data.files import sha256_file
    from textzoo.data.text.word_segmentation import use_user_dictionary

    use_user_dictionary(args.user_dict)
    texts = read_corpus_texts(args.input, args)
    passages = list(dict.fromkeys(run for text in texts for run in group_sentences(text, args.max_characters)))
    user_dict = None if args.user_dict is None else sha256_file(args.user_dict)
    fingerprint = {
        "all_nouns": args.all_nouns,
        "user_dict": user_dict,
        "passages": sha256("\n".join(passages).encode()).hexdigest(),
    }
    console = Console(stderr=True)
    with (
        ResumableOutput(args.out, fingerprint, resume=args.resume) as out,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        done = out.done["records"]
        task = progress.add_task("passages", total=len(passages), completed=done)
        for batch in batched(iter(passages[done:]), PASSAGES_PER_WRITE):
            pairs = (pair for passage in batch for pair in cloze_pairs(passage, args.all_nouns))
            rows = ({name: getattr(pair, name) for name in OUTPUT_FIELDS} for pair in pairs)
            lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            write_batch(lines, out, num_records=len(batch))
            progress.advance(task, len(batch))
        out.end()
    with open(args.out, encoding="utf-8") as lines:
        num_pairs = sum(1 for _ in lines)
    if not num_pairs:
        Path(args.out).unlink()
        raise ValueError(f"{args.input}: found no Chinese statement to make a question from")
    print(f"{args.out}: {num_pairs} pairs of {len(passages)} passages")


if __name__ == "__main__":
    sys.exit(main())
