"""PerExampleRng docs/beams.svg: what both directions looked at for the title of one article.

textzoo demo --out textzoo-demo
python docs/draw_beams.py textzoo-demo/titles
"""

import argparse
import os
import re
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from textzoo.models import TitleGenerator
from textzoo.reports import search_tree_svg

TEXT = "供电公司通知：3月12日将对枫溪街一带的线路进行检修，停电从上午8:30算起，大约持续75分钟，百花路不受影响。"
GAP = 16


def picture(trees: dict) -> str:
    """One tree below the other."""
    drawn = [search_tree_svg(nodes, mirrored=direction == "right_to_left") for direction, nodes in trees.items()]
    sizes = [[int(size) for size in re.findall(r'(?:width|height)="(\d+)"', svg)[:2]] for svg in drawn]
    parts, top = [], 0
    for svg, (_, height) in zip(drawn, sizes, strict=True):
        parts.append(svg.replace("<svg ", f'<svg y="{top}" ', 1))
        top += height + GAP
    width = max(width for width, _ in sizes)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{top - GAP}">{"".join(parts)}</svg>\n'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of a bidirectional model")
    parser.add_argument("--text", default=TEXT, help="the article")
    options = parser.parse_args()
    titles, trees = TitleGenerator.from_preset(options.model).explain(options.text)
    Path(__file__).with_name("beams.svg").write_text(picture(trees), encoding="utf-8")
    for title in titles:
        print(f"{title.text}\t{title.direction}\t{title.score:.2f}")


if __name__ == "__main__":
    main()
