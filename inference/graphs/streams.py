"""Rows of a graph: the streams that are computed, of any number per source.

Letters of shapes: b sources, p streams per source at most, n rows.
"""

from .graph_builder import GraphBuilder


class Streams:
    """Moves values between rows `[n, ...]` and streams by source `[b, p, ...]`.

    Declares the inputs `rows` int64 `[b, p]`, the row of each stream of a source, any row where it has fewer than p,
    and `places` int64 `[n]`, the place of each row in `rows`, counted source by source.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: GraphBuilder):
        self.graph = graph
        self._rows, self._places = graph.input("rows", "int64", ["b", "p"]), graph.input("places", "int64", ["n"])
        self._sources = graph("Div", self._places, self.count())

    def count(self) -> str:
        """Returns p, int64 `[1]`."""
        return self.graph.sizes(self._rows, 1, 2)

    def by_source(self, x: str) -> str:
        """Arranges rows `[n, ...]` by source: `[b, p, ...]`."""
        return self.graph("Gather", x, self._rows)

    def by_row(self, x: str, rank: int) -> str:
        """Takes the rows `[n, ...]` out of streams `[b, p, ...]` of a rank."""
        graph = self.graph
        flat = graph("Reshape", x, graph("Concat", graph.ints(-1), graph.sizes(x, 2, rank), axis=0))
        return graph("Gather", flat, self._places)

    def of_source(self, x: str) -> str:
        """Repeats values of sources `[b, ...]` for their rows: `[n, ...]`."""
        return self.graph("Gather", x, self._sources)

    def partners(self) -> str:
        """Returns the row int64 `[n]` of the same number in the other half of a source's streams."""
        graph = self.graph
        half = self.half()
        first, second = graph.slice(self._rows, 0, half, axis=1), graph.slice(self._rows, half, 1 << 62, axis=1)
        swapped = graph("Reshape", graph("Concat", second, first, axis=1), graph.ints(-1))
        return graph("Gather", swapped, self._places)

    def half(self) -> str:
        """Returns half the number of streams of a source, int64 `[1]`."""
        return self.graph("Div", self.count(), self.graph.ints(2))
