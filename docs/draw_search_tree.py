"""Drawing of docs/search_tree.svg: the beam search of both directions for the title of one article.

textzoo train title YOUR_TITLES.tsv --decoder bidirectional --out titles
python docs/draw_search_tree.py titles
"""

import argparse
import os
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from textzoo.models import TitleGenerator
from textzoo.reports import search_tree_svg

TEXT = "供电公司通知：3月12日将对枫溪街一带的线路进行检修，停电从上午8:30算起，大约持续75分钟，百花路不受影响。"
GAP = 16  # pixels between the trees


def stacked_trees(trees: dict) -> str:
    """Returns one SVG with the trees of all directions, one below the other."""
    drawings = [search_tree_svg(nodes, mirrored=direction == "right_to_left") for direction, nodes in trees.items()]
    sizes = [[int(size) for size in re.findall(r'(?:width|height)="(\d+)"', svg)[:2]] for svg in drawings]
    parts, top = [], 0
    for svg, (_, height) in zip(drawings, sizes, strict=True):
        parts.append(svg.replace("<svg ", f'<svg y="{top}" ', 1))
        top += height + GAP
    width = max(width for width, _ in sizes)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top - GAP}">{"".join(parts)}</svg>\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of a bidirectional model")
    parser.add_argument("--text", default=TEXT, help="article to write a title for")
    args = parser.parse_args()
    titles, trees = TitleGenerator.from_preset(args.model).explain(args.text)
    Path(__file__).with_name("search_tree.svg").write_text(stacked_trees(trees), encoding="utf-8")
    for title in titles:
        print(f"{title.text}\t{title.direction}\t{title.score:.2f}")


if __name__ == "__main__":
    main()
