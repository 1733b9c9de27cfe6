"""What a beam search looked at, as a tree."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...data.score_constants import NO_HYPOTHESIS


@dataclass(frozen=True, slots=True)
class SearchNode:
    """A token that a beam search considered.

    Args:
        parent: Place of the node before it in the tree; -1 for the first tokens.
        step: Tokens before it.
        token: Its text; "" for the end.
        log_prob: Its log-probability after those before it.
        total: The sum with those before it.
        state: `"kept"` to go on from, `"finished"` as the end of a hypothesis, or `"pruned"`.
        best: Whether it belongs to the best hypothesis of all.
    """

    parent: int
    step: int
    token: str
    log_prob: float
    total: float
    state: Literal["kept", "finished", "pruned"]
    best: bool = False


def search_tree(
    steps: Any, name: Callable[[int], str], end_id: int, best: Sequence[int] | None = None
) -> list[SearchNode]:
    """The tree of one source and one direction.

    Args:
        steps: `SearchTrace` of arrays `[steps, m]`.
        name: Text of a token.
        end_id: int. The token that ends a hypothesis.
        best: ids of the best hypothesis of all, the end included; None: it is not in this tree.

    Returns:
        `SearchNode`s, each after its parent.

    Example, two tokens and an end, of which the first goes on:

    >>> import numpy as np
    >>> from textzoo.generation import SearchTrace
    >>> parents, tokens, ranks = np.array([[0, 0], [0, 0]]), np.array([[5, 6], [3, 5]]), np.array([[0, -1], [-1, 0]])
    >>> log_probs, finished = np.array([[-0.5, -1.0], [-0.75, -2.0]]), np.array([[False, False], [True, False]])
    >>> tree = search_tree(SearchTrace(parents, tokens, log_probs, ranks, finished), "?????甲乙".__getitem__, 3, [5, 3])
    >>> [(node.parent, node.token, node.log_prob, node.state, node.best) for node in tree][:3]
    [(-1, '甲', -0.5, 'kept', True), (-1, '乙', -1.0, 'pruned', False), (0, '', -0.25, 'finished', True)]
    """
    nodes: list[SearchNode] = []
    before, on_best = {0: -1}, {-1: best is not None}
    for step, row in enumerate(zip(*steps, strict=True)):
        kept = {}
        for parent, token, total, rank, finished in zip(*row, strict=True):
            if total < NO_HYPOTHESIS / 2 or int(parent) not in before:
                continue
            place = before[int(parent)]
            log_prob = float(total) - (nodes[place].total if place >= 0 else 0.0)
            state = "finished" if finished else "kept" if rank >= 0 else "pruned"
            found = on_best.get(place, False) and best is not None and step < len(best) and token == best[step]
            on_best[len(nodes)] = bool(found)
            text = "" if token == end_id else name(int(token))
            if rank >= 0:
                kept[int(rank)] = len(nodes)
            nodes.append(SearchNode(place, step, text, log_prob, float(total), state, bool(found)))
        before = kept
    return nodes
