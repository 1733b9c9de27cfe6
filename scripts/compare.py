"""textzoo compare: measure the distance of two texts and show which words are matched.

textzoo compare "北京是首都" "首都在北京" --encoder tiny-zh --measure wrd --plan plan.html
"""

import sys
from dataclasses import dataclass, field

from textzoo.scripts.cli.arguments import DataPath, OutputFile, Text, parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.distance_options import (
    MEASURES,
    EmbedderOptions,
    Measure,
    check_known,
    default_measure,
    open_embedder,
    open_idf,
)
from textzoo.scripts.cli.output_files import write_text_file
from textzoo.scripts.cli.terminal_table import TerminalTable, prints_to_terminal


@dataclass(frozen=True, kw_only=True)
class Compare(EmbedderOptions):
    """Measure the distance of two texts and show which words are matched.

    Args:
        texts: The two texts.
        measure: wmd (Word Mover's Distance), wrd (Word Rotator's Distance) or cosine (1 minus the cosine of the mean
            vectors). By default wmd with --vectors and cosine with --encoder.
        idf: File of one text per line; words are weighted by their inverse document frequency in it.
        plan: HTML file for the transport plan; must not exist.
    """

    texts: list[Text] = field(metadata={"positional": True})
    measure: Measure | None = None
    idf: DataPath | None = None
    plan: OutputFile | None = None

    def __post_init__(self):
        if len(self.texts) != 2:
            raise ValueError(f"Expected two texts. Received: {len(self.texts)}.")
        if self.plan and (self.measure or default_measure(self)) == "cosine":
            raise ValueError("--plan draws a transport plan; pass --measure wmd or --measure wrd, or remove --plan")


def compare(args: Compare) -> None:
    """Prints the distance, the moves of the transport plan if there is one, and writes the page."""
    from textzoo.reports import alignment_page
    from textzoo.similarity import align, paired_distances

    embed = open_embedder(args)
    idf = open_idf(args.idf, embed)
    units, vectors = embed(args.texts)
    check_known(units, args.texts)
    x_weights, y_weights = (None, None) if idf is None else (idf(units[0]), idf(units[1]))
    measure = args.measure or default_measure(args)
    if measure == "cosine":
        weights = {} if idf is None else {"x_weights": [x_weights], "y_weights": [y_weights]}
        distance = paired_distances(vectors[:1], vectors[1:], **weights, **MEASURES[measure])[0]
        print(f"cosine\t{distance:.6f}")
        return
    alignment = align(
        vectors[0],
        vectors[1],
        x_units=units[0],
        y_units=units[1],
        x_weights=x_weights,
        y_weights=y_weights,
        **MEASURES[measure],
    )
    moves = [(units[0][move.source], units[1][move.target], move.mass, move.cost) for move in alignment.moves()]
    if prints_to_terminal():
        table = TerminalTable({"first text": 1, "second text": 1, "  mass": 0, "  cost": 0})
        rows = [(source, target, f"{mass:.4f}", f"{cost:.4f}") for source, target, mass, cost in moves]
        print(table.head() + table.group(f"{measure}  {alignment.distance:.6f}", rows), end="")
    else:
        print(f"{measure}\t{alignment.distance:.6f}")
        for source, target, mass, cost in moves:
            print(f"{source}\t{target}\tmass {mass:.4f}\tcost {cost:.4f}")
    if args.plan:
        title = f"{measure.upper()}: {args.texts[0]} / {args.texts[1]}"
        write_text_file(args.plan, alignment_page(alignment, title))


@cli_command("textzoo compare")
def main(argv: list[str]) -> None:
    compare(parse_arguments(Compare, argv, prog="textzoo compare"))


if __name__ == "__main__":
    sys.exit(main())
