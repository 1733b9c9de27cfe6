"""Titles of articles by a decoder of any engine, in one or two directions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from ..check_counts import check_counts, check_range
from ..decoding_constants import NO_HYPOTHESIS
from ..decoding_memory import check_decoding_memory
from ..decoding_results import Beams, BidirectionalBeams, JoinedBeams, SearchTrace
from ..length_batching import batch_by_length
from ..preprocessors.title_preprocessor import EncodedArticle, TitlePreprocessor
from ..search_options import SearchOptions
from ..text.check_texts import check_text, check_texts
from ..text.generated_form import form_fault
from ..text.source_spelling import source_spelling
from .search_tree import SearchNode, search_tree
from .title_agreement import agreement_score

Decoder = Literal["left_to_right", "bidirectional", "from_both_ends"]
Direction = Literal["left_to_right", "right_to_left", "from_both_ends"]
DECODERS: tuple[Decoder, ...] = get_args(Decoder)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


@dataclass(frozen=True, slots=True)
class Title:
    """A generated title.

    Args:
        text: The title.
        score: Sum of the log-probabilities of its tokens, end tokens included, divided by the length penalty; with
            `agreement_weight` the `agreement_score` of both directions.
        direction: Direction of writing: `"left_to_right"`, `"right_to_left"` or `"from_both_ends"`.
        left_to_right_logprob: Log-probability of the whole title from the left, with `agreement_weight`; else None.
        right_to_left_logprob: The same from the right.

    Example:

    >>> Title("小李讲课", -1.5, "left_to_right").text
    '小李讲课'
    """

    text: str
    score: float
    direction: Direction
    left_to_right_logprob: float | None = None
    right_to_left_logprob: float | None = None


class _Candidate(NamedTuple):
    """A finished hypothesis: `ids` in reading order without the end token, its `log_prob`, and fields of `Title`."""

    ids: np.ndarray
    log_prob: float
    score: float
    direction: Direction
    left_to_right_logprob: float | None = None
    right_to_left_logprob: float | None = None


class TitleGeneration:
    """Methods that generate titles, for the models of every engine.

    A subclass has a `preprocessor`, `num_positions`, the number of positions of its encoder, its kind of `decoder`, and
    the method `title_decoder`.
    """

    preprocessor: TitlePreprocessor
    num_positions: int
    decoder: Decoder

    def title_decoder(self, jit_compile: bool | str, streams: int) -> Any:
        """Returns the decoder of a call that writes a number of streams.

        It has the methods `encode`, `search`, `score` and `draft_greedily`, see `TitleDecoder`, and
        `pad(rows)`, which stacks rows to a batch of a shape that the engine is fast for. Its `unilm` has `sizes`.
        """
        raise NotImplementedError

    def generate(
        self,
        texts: str | Sequence[str],
        *,
        num_beams: int = 4,
        length_penalty: float = 1.5,
        min_length: int = 1,
        no_repeat_ngram_size: int = 3,
        max_length: int | None = None,
        pairing: Literal["rank", "all"] = "rank",
        agreement_weight: float | None = None,
        all_beams: bool = False,
        num_titles: int | None = None,
        batch_size: int = 16,
        jit_compile: bool | str = "auto",
    ) -> Any:
        """Generates titles of articles.

        Args:
            texts: an article, or several; long ones are truncated as in training, see `TitlePreprocessor`.
            num_beams: int. Number of beams, shared by both directions.
            length_penalty: float from 0 to 10. The score of a title of n tokens, the end token included, is its
                log-probability divided by ((5 + n) / 6) to this power.
            min_length: int. Minimum number of tokens of a title.
            no_repeat_ngram_size: int. Size of n-grams that occur at most once in a title, or in its half; 0: off.
            max_length: int. Maximum number of tokens of a title; None: the preprocessor's.
            pairing: beams of the other direction that a beam attends to: the one of its own `"rank"`, or the mean of
                `"all"`.
            agreement_weight: float from 0 to 1. The directions of a bidirectional model write without seeing each
                other, each scores the titles of the other, and `agreement_score` ranks them with this weight of right
                to left: 0.5 counts both directions alike. None: the directions see each other, and each title keeps
                the score of the beam that wrote it.
            all_beams: bool. Whether to return every finished title, by score alone, instead of the best one.
            num_titles: int. Returns up to so many different titles, best first, instead of the best one; at most
                `num_beams`.
            batch_size: int. Articles per batch.
            jit_compile: bool or "auto". Whether to compile with XLA; "auto": for 256 articles x beams or more.

        Returns:
            A `Title`, or a list of them with `all_beams` or `num_titles`; for several articles a list of these. The
            best title is the one with the highest score among those without `form_fault`, such as a word that is
            cut; titles with a fault follow.

        Raises:
            ValueError: an article is no string, is empty or has no known character; a number is out of range or
                `num_beams` odd for two directions; `agreement_weight` is given for another than a bidirectional model
                or with `pairing` "all"; article and title exceed the model's positions; the beams of a batch do not fit
                into memory.
        """
        two_directions = self.decoder != "left_to_right"
        check_counts(num_beams=num_beams, batch_size=batch_size)
        if two_directions and num_beams % 2:
            raise ValueError(f"Expected an even num_beams for two directions. Received: {num_beams}.")
        if num_titles is not None:
            check_counts(num_titles=num_titles)
            if num_titles > num_beams:
                raise ValueError(f"Expected num_titles of at most num_beams {num_beams}. Received: {num_titles}.")
        attention = self._attention(pairing)
        if agreement_weight is not None:
            check_range("agreement_weight", agreement_weight, minimum=0, maximum=1)
            self._check_bidirectional("for agreement_weight")
            if pairing == "all":
                raise ValueError(
                    "pairing 'all' and agreement_weight exclude each other, as it separates the directions"
                )
            attention = {"apart": True}
        max_tokens = self._max_title_length(max_length)
        sources = self._articles(check_texts(texts, "article"), max_tokens)
        decoder = self.title_decoder(jit_compile, len(sources) * num_beams)
        logit_rows = num_beams if agreement_weight is None else max(num_beams, max_tokens + 1)  # of a whole title
        check_decoding_memory(
            decoder.unilm.sizes,
            streams=min(batch_size, len(sources)) * logit_rows,
            length=max_tokens + 2,
            options=f"num_beams {num_beams} and batch_size {batch_size}",
        )
        options = SearchOptions(
            num_beams=num_beams,
            length_penalty=length_penalty,
            min_length=min_length,
            no_repeat_ngram_size=no_repeat_ngram_size,
        )
        results: list[Any] = [None] * len(sources)
        for rows in batch_by_length([len(source.ids) for source in sources], batch_size):
            articles = [sources[row] for row in rows]
            source = decoder.encode(decoder.pad([article.ids for article in articles]))
            beams = decoder.search(source, max_length=max_tokens, options=options, **attention)
            candidates = self._candidates(beams, len(articles))
            if agreement_weight is not None:
                candidates = _rank_by_agreement(
                    candidates,
                    lambda ids, source=source: decoder.score(source, ids),
                    weight=agreement_weight,
                    length_penalty=length_penalty,
                )
            for row, titles, article in zip(rows, self._titles(candidates, articles), articles, strict=True):
                if not all_beams:
                    titles = _well_formed_first(titles, article)[: num_titles or 1]
                results[row] = titles if all_beams or num_titles is not None else titles[0]
        return results[0] if isinstance(texts, str) else results

    def explain(
        self,
        text: str,
        *,
        num_beams: int = 4,
        length_penalty: float = 1.5,
        min_length: int = 1,
        no_repeat_ngram_size: int = 3,
        max_length: int | None = None,
        pairing: Literal["rank", "all"] = "rank",
    ) -> tuple[list[Title], dict[Direction, list[SearchNode]]]:
        """Generates titles of an article with the search trees of both directions, for `search_tree_page`.

        Args:
            text: the article.
            num_beams: int. As in `generate`.
            length_penalty: float. As in `generate`.
            min_length: int. As in `generate`.
            no_repeat_ngram_size: int. As in `generate`.
            max_length: int. As in `generate`.
            pairing: As in `generate`.

        Returns:
            The different titles, best first as in `generate`, and for each direction the nodes of its tree, tokens in
            writing order. The path of the first title is marked as the best.

        Raises:
            ValueError: the model is not bidirectional, or as in `generate`.
        """
        self._check_bidirectional("for search trees")
        attention = self._attention(pairing)
        max_tokens = self._max_title_length(max_length)
        articles = self._articles([check_text(text, "article")], max_tokens)
        decoder, tokenizer = self.title_decoder(False, num_beams), self.preprocessor.tokenizer
        source = decoder.encode(decoder.pad([article.ids for article in articles]))
        options = SearchOptions(
            num_beams=num_beams,
            length_penalty=length_penalty,
            min_length=min_length,
            no_repeat_ngram_size=no_repeat_ngram_size,
        )
        beams = decoder.search(source, max_length=max_tokens, options=options, return_trace=True, **attention)
        titles = self._titles(self._candidates(beams, 1), articles)[0]
        ranked = _well_formed_first(titles, articles[0])
        best_row = titles.index(ranked[0])  # hypotheses come first in the beams
        best_ids = np.asarray(beams.tokens)[0, best_row, : int(beams.lengths[0, best_row]) + 1].tolist()
        trees = {}
        for group, direction in enumerate(DIRECTIONS[:2]):
            trace = SearchTrace(*(np.asarray(part)[0, :, group] for part in beams.trace))
            best = best_ids if direction == ranked[0].direction else None
            trees[direction] = search_tree(trace, tokenizer.token_texts.__getitem__, end_id=tokenizer.sep_id, best=best)
        return ranked, trees

    def drafts(self, texts: Sequence[str], *, batch_size: int = 16) -> list[tuple[str, str]]:
        """Writes the greedy titles of each direction, which `two_pass` shows another model.

        See `textzoo.training.cross_fitted_drafts`.

        Args:
            texts: articles.
            batch_size: int. Articles per batch.

        Returns:
            For each article the title from the left and the title from the right, both in reading order.

        Raises:
            ValueError: the model is not bidirectional, or as in `generate`.
        """
        self._check_bidirectional("for drafts")
        max_tokens = self.preprocessor.max_title_length
        sources, decode = self._articles(check_texts(texts, "article"), max_tokens), self.preprocessor.tokenizer.decode
        decoder = self.title_decoder("auto", 2 * len(sources))
        results: list[Any] = [None] * len(sources)
        for rows in batch_by_length([len(source.ids) for source in sources], batch_size):
            source = decoder.encode(decoder.pad([sources[row].ids for row in rows]))
            drafts = decoder.draft_greedily(source, max_tokens)
            ids_and_lengths = zip(np.asarray(drafts.tokens), np.asarray(drafts.lengths), strict=True)
            for row, ((left, right), (m, n)) in zip(rows, ids_and_lengths, strict=False):
                results[row] = decode(left[:m]), decode(right[:n][::-1])
        return results

    def _check_bidirectional(self, purpose: str) -> None:
        if self.decoder != "bidirectional":
            raise ValueError(f"Expected a bidirectional model {purpose}. Received: {self.decoder!r}")

    def _attention(self, pairing: str) -> dict[str, bool]:
        """Returns the arguments of the decoder's search for a pairing."""
        if pairing not in ("rank", "all"):
            raise ValueError(f"Expected pairing 'rank' or 'all'. Received: {pairing!r}")
        return {"attend_all_beams": pairing == "all"} if self.decoder == "bidirectional" else {}

    def _max_title_length(self, length: int | None) -> int:
        length = self.preprocessor.max_title_length if length is None else length
        check_counts(max_length=length)
        return int(length)

    def _articles(self, texts: Sequence[str], max_tokens: int) -> list[EncodedArticle]:
        """Encodes articles and checks that titles of `max_tokens` tokens fit after them."""
        sources = [self.preprocessor.article(text) for text in texts]
        positions, longest = self.num_positions, max((len(source.ids) for source in sources), default=0)
        if sources and longest + max_tokens + 2 > positions:
            raise ValueError(
                f"An article of {longest} tokens with {max_tokens + 2} tokens for its title exceeds the model's "
                f"{positions} positions; lower max_length or preprocessor.max_source_length."
            )
        return sources

    def _candidates(self, beams: Beams | BidirectionalBeams | JoinedBeams, num_articles: int) -> list[list[_Candidate]]:
        """Returns the finished hypotheses of each article, best first."""
        parts = [np.asarray(part) for part in (beams.tokens, beams.lengths, beams.log_probs, beams.scores)]
        if isinstance(beams, Beams):
            parts = [part[:, 0] for part in parts]
        directions = np.full(parts[-1].shape, DECODERS.index(self.decoder))
        if isinstance(beams, BidirectionalBeams):
            directions = np.asarray(beams.direction)
        return [
            [
                _Candidate(
                    ids=ids[:n][::-1] if DIRECTIONS[direction] == "right_to_left" else ids[:n],
                    log_prob=float(log_prob),
                    score=float(score),
                    direction=DIRECTIONS[direction],
                )
                for ids, n, log_prob, score, direction in zip(*row, strict=True)
                if score > NO_HYPOTHESIS / 2
            ]
            for row in zip(*(part[:num_articles] for part in (*parts, directions)), strict=True)
        ]

    def _titles(
        self, candidates: Sequence[Sequence[_Candidate]], articles: Sequence[EncodedArticle]
    ) -> list[list[Title]]:
        return [
            [Title(self._spelled(candidate.ids, article), *candidate[2:]) for candidate in row]
            for article, row in zip(articles, candidates, strict=True)
        ]

    def _spelled(self, ids: np.ndarray, article: EncodedArticle) -> str:
        tokenizer = self.preprocessor.tokenizer
        return source_spelling(
            ids, text=article.text, source_ids=article.ids, offsets=article.offsets, tokenizer=tokenizer
        )


def _well_formed_first(titles: Sequence[Title], article: EncodedArticle) -> list[Title]:
    """Returns the different titles, those with a fault of form after the others, otherwise in order."""
    source = article.text[: article.offsets.max()]  # what the model has read
    different: dict[str, Title] = {}
    for title in titles:
        different.setdefault(title.text, title)
    return sorted(different.values(), key=lambda title: form_fault(title.text, source) is not None)


def _rank_by_agreement(
    candidates: Sequence[Sequence[_Candidate]],
    score: Callable[[Sequence[Sequence[Sequence[np.ndarray]]]], Any],
    *,
    weight: float,
    length_penalty: float,
) -> list[list[_Candidate]]:
    """Scores different candidates by the direction that has not written them and returns those of each article."""
    different = [list({tuple(one.ids): one for one in reversed(row)}.values())[::-1] for row in candidates]
    by_scorer = [[[one for one in row if one.direction != scorer] for scorer in DIRECTIONS[:2]] for row in different]
    log_probs = np.asarray(score([[[one.ids for one in group] for group in groups] for groups in by_scorer]), "float64")
    ranked = []
    for groups, groups_log_probs in zip(by_scorer, log_probs, strict=False):
        scored = []
        for group, group_log_probs in zip(groups, groups_log_probs.tolist(), strict=True):
            for one, other in zip(group, group_log_probs, strict=False):
                left, right = (one.log_prob, other) if one.direction == "left_to_right" else (other, one.log_prob)
                agreed = agreement_score(
                    left, right, num_tokens=len(one.ids) + 1, weight=weight, length_penalty=length_penalty
                )
                scored.append(one._replace(score=agreed, left_to_right_logprob=left, right_to_left_logprob=right))
        ranked.append(sorted(scored, key=lambda one: -one.score))
    return ranked
