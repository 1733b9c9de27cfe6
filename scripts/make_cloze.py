"""textzoo cloze: question-answer pairs to train on, made by rules out of plain Chinese text.

textzoo cloze corpus.txt --out pairs.jsonl
textzoo cloze corpus.txt --all-nouns --out pairs.jsonl
"""

import json
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from textzoo.scripts.cli.arguments import PositiveInt, parse_arguments
from textzoo.scripts.cli.batched import batched
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.output_files import ResumableOutput, require_new_path

CHUNK = 256
FIELDS = ("passage", "question", "answer", "start")


@dataclass
class Cloze:
    """Make question-answer pairs for `textzoo train qa` out of statements: a question word takes an answer's place.

    Args:
        input: Texts, one a line; lines of {"text"} in a .jsonl file; or a folder of such files. Passages that stand
            there twice count once; those without Chinese clauses give no pairs.
        out: File to write, a line of {"passage", "question", "answer", "start"} for each pair; it must not be there
            yet.
        resume: Go on with an output that was broken off; a new one where there is none.
        all_nouns: Ask for every noun, about ten times as many pairs, less like those of people.
        max_characters: Texts are cut at Chinese sentence ends into passages of at most so many; a longer sentence stays
            whole.
        encoding: Encoding of the input, UTF-8 where left out.
        on_error: What to do at a bad line.
    """

    input: str = field(metadata={"bare": True})
    out: str
    resume: bool = False
    all_nouns: bool = False
    max_characters: PositiveInt = 160
    encoding: str | None = None
    on_error: Literal["raise", "skip"] = "raise"

    def __post_init__(self):
        require_new_path(self.out, self.resume)
        if Path(self.input).absolute() in Path(self.out).absolute().parents:
            raise ValueError(f"{self.out}: expected a file that is not in the folder of texts. Received: one that is.")


@cli_command("textzoo cloze")
def main(argv: list[str]) -> None:
    settings = parse_arguments(Cloze, argv, "textzoo cloze")
    from rich.console import Console
    from rich.progress import Progress

    from textzoo.data import cloze_pairs, read_corpus, sentence_runs

    texts = read_corpus(settings.input, settings.encoding, settings.on_error)
    passages = list(dict.fromkeys(run for text in texts for run in sentence_runs(text, settings.max_characters)))
    about = {"all_nouns": settings.all_nouns, "passages": sha256("\n".join(passages).encode()).hexdigest()}
    console = Console(stderr=True)
    with (
        ResumableOutput(settings.out, about, settings.resume) as out,
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
    ):
        done = out.done["records"]
        task = progress.add_task("passages", total=len(passages), completed=done)
        for chunk in batched(iter(passages[done:]), CHUNK):
            found = (pair for passage in chunk for pair in cloze_pairs(passage, settings.all_nouns))
            rows = ({name: getattr(pair, name) for name in FIELDS} for pair in found)
            out.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
            out.mark(len(chunk), [])
            progress.advance(task, len(chunk))
        out.end()
    with open(settings.out, encoding="utf-8") as lines:
        pairs = sum(1 for _ in lines)
    if not pairs:
        Path(settings.out).unlink()
        raise ValueError(f"{settings.input}: expected Chinese statements to ask about. Received: none.")
    print(f"{settings.out}: {pairs} pairs of {len(passages)} passages")


if __name__ == "__main__":
    sys.exit(main())
