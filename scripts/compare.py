"""textzoo compare: the distance of two texts, and which word moved where.

textzoo compare "北京是首都" "首都在北京" --vectors chars.vec --plan out.html
textzoo compare "A cat sat." "A dog lay." --encoder all-MiniLM-L6-v2 --measure wrd
"""

import sys
from dataclasses import dataclass, field
from typing import Literal

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.distance_options import MEASURES, check_known, open_embedder, open_idf
from textzoo.scripts.cli.output_files import write_text_file


@dataclass
class Compare:
    """Tell how far two texts are apart, and which word moved where.

    Args:
        texts: The two texts.
        vectors: File of word vectors: word2vec's text or binary format, or GloVe's.
        encoder: Folder or preset's name of an encoder, whose states are the vectors.
        units: What has a vector in the file: characters, words between spaces, or jieba's words (those without a
            vector get the mean of their characters).
        stop_words: File of units that are left out.
        measure: wmd (Euclidean cost, equal weights) or wrd (cosine cost, weights by norm).
        idf: File of texts, a line each; words weigh by their inverse document frequency there.
        plan: HTML file to write the plan into.
    """

    texts: list[str] = field(metadata={"bare": True})
    vectors: str | None = None
    encoder: str | None = None
    units: Literal["characters", "words", "jieba"] = "characters"
    stop_words: str | None = None
    measure: Literal["wmd", "wrd"] = "wmd"
    idf: str | None = None
    plan: str | None = None

    def __post_init__(self):
        if len(self.texts) != 2:
            raise ValueError(f"Expected two texts. Received: {len(self.texts)}.")


def compare(settings: Compare) -> None:
    """Prints the distance and the moves, and writes the page."""
    from textzoo.reports import alignment_page
    from textzoo.similarity import align

    embed = open_embedder(settings.vectors, settings.encoder, settings.units, settings.stop_words)
    idf = open_idf(settings.idf, embed)
    units, vectors = embed(settings.texts)
    check_known(units, settings.texts)
    cost, weighting = MEASURES[settings.measure]
    weights = (None, None) if idf is None else (idf(units[0]), idf(units[1]))
    alignment = align(vectors[0], vectors[1], units[0], units[1], cost, weighting, *weights)
    print(f"{settings.measure}\t{alignment.distance:.6f}")
    for move in alignment.moves():
        source, target = units[0][move.source], units[1][move.target]
        print(f"{source}\t{target}\tmass {move.mass:.4f}\tcost {move.cost:.4f}")
    if settings.plan:
        title = f"{settings.measure.upper()}: {settings.texts[0]} / {settings.texts[1]}"
        write_text_file(settings.plan, alignment_page(alignment, title))


@cli_command("textzoo compare")
def main(argv: list[str]) -> None:
    compare(parse_arguments(Compare, argv, "textzoo compare"))


if __name__ == "__main__":
    sys.exit(main())
