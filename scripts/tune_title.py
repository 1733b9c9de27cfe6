"""Length penalty and agreement weight of titles: `textzoo tune title`.

textzoo tune title titles.tsv --model runs/title --out options.yaml
textzoo generate title passages.txt --model runs/title --config options.yaml
"""

from dataclasses import dataclass

from textzoo.scripts.cli.arguments import NonNegativeInt, OutputFile, PositiveInt
from textzoo.scripts.cli.engine import EngineOptions, open_model
from textzoo.scripts.cli.input_options import ReferenceOptions
from textzoo.scripts.cli.output_files import write_text_file
from textzoo.scripts.cli.training_examples import drop_unreadable, read_examples

LENGTH_PENALTIES = (0.0, 0.6, 1.0, 1.5, 2.0)
AGREEMENT_WEIGHTS = tuple(round(0.1 * step, 1) for step in range(11))


@dataclass(frozen=True, kw_only=True)
class TuneTitle(EngineOptions, ReferenceOptions):
    """Choose the length penalty of `textzoo generate title`, and the agreement weight of a bidirectional model.

    Titles are generated for the articles of the input with each length penalty. A bidirectional model also ranks its
    titles by each agreement weight. The highest mean ROUGE-L wins. The output also holds the beams and the n-gram size
    used.

    Args:
        input: Titles and their articles, in any format that `textzoo train title` reads, neither trained nor tested on.
        out: YAML file for `textzoo generate title --config`; must not exist.
        num_beams: Number of beams. Two directions share them, so it must be even for a bidirectional model.
        no_repeat_ngram_size: Length of token sequences that a title may not repeat; 0 allows all.
        batch_size: Articles per batch.
    """

    out: OutputFile | None = None
    num_beams: PositiveInt = 4
    no_repeat_ngram_size: NonNegativeInt = 3
    batch_size: PositiveInt = 16


def tune_title(args: TuneTitle) -> None:
    """Prints ROUGE-L of each length penalty, prints the best options and optionally writes them."""
    import yaml

    from textzoo.data import read_titles
    from textzoo.data.text.generated_form import form_fault
    from textzoo.metrics import rouge_l

    examples = read_examples(read_titles, args.input, config=args)
    model = open_model("TitleGenerator", args.model, engine=args.engine, num_inputs=len(examples))
    if args.on_error == "skip":
        examples = drop_unreadable(examples, lambda example: model.preprocessor.source(example.text))
    texts = [example.text for example in examples]
    search = {"num_beams": args.num_beams, "no_repeat_ngram_size": args.no_repeat_ngram_size}

    def mean_rouge_l(titles: list[str]) -> float:
        pairs = zip(titles, examples, strict=True)
        return sum(rouge_l(title, example.title) for title, example in pairs) / len(examples)

    figures: dict[tuple[float, float | None], float] = {}
    for penalty in LENGTH_PENALTIES:
        options = search | {"length_penalty": penalty, "batch_size": args.batch_size}
        figures[penalty, None] = mean_rouge_l([title.text for title in model.generate(texts, **options)])
        print(f"length_penalty {penalty:g}: rouge_l {figures[penalty, None]:.4f}")
        if model.decoder != "bidirectional":
            continue
        candidates = model.generate(texts, all_beams=True, agreement_weight=0.5, **options)
        candidates = [
            [title for title in titles if form_fault(title.text, article) is None] or titles
            for article, titles in zip(texts, candidates, strict=True)
        ]
        for weight in AGREEMENT_WEIGHTS:
            best = [max(titles, key=lambda title, w=weight: _score(title, w)).text for titles in candidates]
            figures[penalty, weight] = mean_rouge_l(best)
            print(f"length_penalty {penalty:g}, agreement_weight {weight:g}: rouge_l {figures[penalty, weight]:.4f}")
    penalty, weight = max(figures, key=figures.__getitem__)
    chosen = search | {"length_penalty": penalty} | ({} if weight is None else {"agreement_weight": weight})
    text = yaml.safe_dump(chosen, sort_keys=False)
    print(text, end="")
    if args.out is not None:
        write_text_file(args.out, text)


def _score(title, weight: float) -> float:
    """Returns the score that a title of agreement weight 0.5 has with another weight."""
    left, right = title.left_to_right_logprob, title.right_to_left_logprob
    return title.score * ((1 - weight) * left + weight * right) / (0.5 * (left + right))
