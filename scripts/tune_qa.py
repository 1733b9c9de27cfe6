"""Thresholds of the filter of question-answer pairs: `textzoo tune qa`."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from textzoo.scripts.cli.arguments import (
    ClosedUnitInterval,
    DataPath,
    ModelPath,
    NonNegativeInt,
    OutputFile,
    PositiveInt,
    Text,
)
from textzoo.scripts.cli.output_files import write_text_file
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.training_examples import read_examples

SCORE_BY_THRESHOLD = {"min_answer_logprob": "answer_logprob", "min_question_logprob": "question_logprob"}
ROUND_TRIP_SCORE = {"min_round_trip": "round_trip"}
MIN_ANSWER_F1, MIN_QUESTION_ROUGE_L = 0.5, 0.3  # of a correct pair, with a reference


@dataclass
class TuneQA:
    """Choose the thresholds of `textzoo generate qa --filter`: the highest precision at a given recall.

    Pairs are generated for the passages of the input. A pair is correct if a reference pair of its passage has an
    answer with F1 of 0.5 or more and a question with ROUGE-L of 0.3 or more. Many good pairs match no reference, so
    precision is a lower bound, useful to compare thresholds. The output also holds the number of pairs and beams used.

    Args:
        model: Folder of a trained model, name of a preset, or hf://owner/name of the Hugging Face hub.
        input: Reference pairs, in any format that `textzoo train qa` reads, neither trained nor tested on.
        round_trip_model: Folder of the filter's extractive-qa model; by default there is no round trip.
        recall: Minimum fraction of the correct pairs to keep.
        out: YAML file for `textzoo generate qa --config`; must not exist.
        num_pairs: Number of pairs generated per chunk of a passage.
        num_beams: Number of beams for the question.
        batch_size: Passages per batch.
        seed: Seed of the sampled answers.
        user_dict: File of further words for jieba, one per line, optionally with frequency and part of speech.
        encoding: Encoding of the input; by default UTF-8.
        on_error: Whether a bad record ends the command or is skipped.
    """

    model: ModelPath
    input: DataPath = field(metadata={"positional": True})
    round_trip_model: ModelPath | None = None
    recall: ClosedUnitInterval = 0.5
    out: OutputFile | None = None
    num_pairs: PositiveInt = 10
    num_beams: PositiveInt = 3
    batch_size: PositiveInt = 16
    seed: NonNegativeInt = 0
    user_dict: DataPath | None = None
    encoding: Text | None = None
    on_error: Literal["raise", "skip"] = "raise"


def tune_qa(args: TuneQA) -> None:
    """Prints precision and recall before and after, prints the thresholds and optionally writes them."""
    start_tensorflow()
    import numpy as np
    import yaml

    from textzoo.data import read_qa
    from textzoo.data.text.word_segmentation import use_user_dictionary
    from textzoo.inference import QAPipeline
    from textzoo.metrics import search_thresholds
    from textzoo.models import ExtractiveQA, QAGenerator

    use_user_dictionary(args.user_dict)
    references: dict[str, list[tuple[str, str]]] = {}
    for example in read_examples(read_qa, args.input, config=args):
        passage_references = references.setdefault(example.passage, [])
        passage_references += [(example.question, answer) for answer in example.answers]
    round_trip_model = None if args.round_trip_model is None else ExtractiveQA.from_preset(args.round_trip_model)
    pipeline = QAPipeline(QAGenerator.from_preset(args.model), round_trip_model, min_round_trip=0.0)
    results = pipeline.generate(
        list(references),
        num_pairs=args.num_pairs,
        num_beams=args.num_beams,
        batch_size=args.batch_size,
        seed=args.seed,
    )
    pairs, is_correct, rejection_reasons = [], [], Counter[str]()
    for passage_references, scored_pairs in zip(references.values(), results, strict=True):
        for pair in scored_pairs:
            if pair.rejection_reason is not None:
                rejection_reasons[pair.rejection_reason] += 1
                continue
            pairs.append(pair)
            is_correct.append(_matches_a_reference(pair, passage_references))
    if not any(is_correct):
        rejected = ", ".join(f"{count} rejected: {reason}" for reason, count in rejection_reasons.most_common())
        raise ValueError(
            f"{args.input}: none of {len(pairs)} well-formed pairs matches a reference{rejected and f' ({rejected})'}"
        )
    score_by_threshold = SCORE_BY_THRESHOLD | (ROUND_TRIP_SCORE if round_trip_model is not None else {})
    scores = np.array([[getattr(pair, name) for name in score_by_threshold.values()] for pair in pairs])
    thresholds, precision, recall = search_thresholds(scores, np.array(is_correct), min_recall=args.recall)
    num_correct = sum(is_correct)
    print(
        f"{len(pairs)} well-formed pairs, {num_correct} correct: precision {num_correct / len(pairs):.3f}, recall 1.000"
    )
    print(f"with these thresholds: precision {precision:.3f}, recall {recall:.3f}")
    chosen: dict[str, Any] = {
        name: threshold for name, threshold in zip(score_by_threshold, thresholds, strict=True) if threshold > -np.inf
    }
    if round_trip_model is not None:
        chosen = {"round_trip_model": args.round_trip_model, "min_round_trip": 0.0} | chosen
    generation = {"num_pairs": args.num_pairs, "num_beams": args.num_beams}
    text = yaml.safe_dump({"filter": True} | generation | chosen, sort_keys=False, allow_unicode=True)
    print(text, end="")
    if args.out is not None:
        write_text_file(args.out, text)


def _matches_a_reference(pair: Any, references: list[tuple[str, str]]) -> bool:
    from textzoo.metrics import answer_f1, rouge_l

    return any(
        answer_f1(pair.answer, answer) >= MIN_ANSWER_F1 and rouge_l(pair.question, question) >= MIN_QUESTION_ROUGE_L
        for question, answer in references
    )
