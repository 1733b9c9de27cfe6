"""Tree of the tokens that a beam search considered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..decoding_constants import NO_HYPOTHESIS


@dataclass(frozen=True, slots=True)
class SearchNode:
    """A token that a beam search considered.

    Args:
        parent: Index of the parent node in the tree; -1 for first tokens.
        step: Number of tokens before it.
        token: Its text; "" for the end token.
        log_prob: Its log-probability given the tokens before it.
        total: Sum of the log-probabilities up to it.
        state: `"kept"` as a prefix, `"finished"` as the end of a hypothesis, or `"pruned"`.
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
    trace: Any, token_text: Callable[[int], str], *, end_id: int, best: Sequence[int] | None = None
) -> list[SearchNode]:
    """Builds the search tree of one source and one direction.

    Args:
        trace: `SearchTrace` of arrays `[steps, m]`.
        token_text: Returns the text of a token id.
        end_id: int. End token of hypotheses.
        best: ids of the best hypothesis of all, the end token included; None: it is not in this tree.

    Returns:
        `SearchNode`s, each after its parent.

    Example, two tokens and an end; the search continues from the first token:

    >>> import numpy as np
    >>> from textzoo.data.decoding_results import SearchTrace
    >>> parents, tokens, ranks = np.array([[0, 0], [0, 0]]), np.array([[5, 6], [3, 5]]), np.array([[0, -1], [-1, 0]])
    >>> log_probs, finished = np.array([[-0.5, -1.0], [-0.75, -2.0]]), np.array([[False, False], [True, False]])
    >>> trace = SearchTrace(parents, tokens, log_probs, ranks, finished)
    >>> tree = search_tree(trace, "?????甲乙".__getitem__, end_id=3, best=[5, 3])
    >>> [(node.parent, node.token, node.log_prob, node.state, node.best) for node in tree][:3]
    [(-1, '甲', -0.5, 'kept', True), (-1, '乙', -1.0, 'pruned', False), (0, '', -0.25, 'finished', True)]
    """
    nodes: list[SearchNode] = []
    nodes_by_rank, on_best_path = {0: -1}, {-1: best is not None}
    for step, row in enumerate(zip(*trace, strict=True)):
        kept = {}
        for rank_before, token, total, rank, finished in zip(*row, strict=True):
            if total < NO_HYPOTHESIS / 2 or int(rank_before) not in nodes_by_rank:
                continue
            parent = nodes_by_rank[int(rank_before)]
            log_prob = float(total) - (nodes[parent].total if parent >= 0 else 0.0)
            state = "finished" if finished else "kept" if rank >= 0 else "pruned"
            is_best = on_best_path.get(parent, False) and best is not None and step < len(best) and token == best[step]
            on_best_path[len(nodes)] = bool(is_best)
            text = "" if token == end_id else token_text(int(token))
            if rank >= 0:
                kept[int(rank)] = len(nodes)
            nodes.append(
                SearchNode(
                    parent=parent,
                    step=step,
                    token=text,
                    log_prob=log_prob,
                    total=float(total),
                    state=state,
                    best=bool(is_best),
                )
            )
        nodes_by_rank = kept
    return nodes
