"""Thresholds of the filter of question-answer pairs: `textzoo tune qa`.

textzoo tune qa pairs.jsonl --model runs/qa --recall 0.5 --out thresholds.yaml
textzoo generate qa passages.txt --model runs/qa --config thresholds.yaml
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from textzoo.scripts.cli.arguments import (
    ClosedUnitInterval,
    DataPath,
    ModelPath,
    NonNegativeInt,
    OutputFile,
    PositiveInt,
)
from textzoo.scripts.cli.input_options import ReferenceOptions
from textzoo.scripts.cli.output_files import write_text_file
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.training_examples import drop_unreadable, read_examples

SCORE_BY_THRESHOLD = {"min_answer_logprob": "answer_logprob", "min_question_logprob": "question_logprob"}
QUALITY_SCORE = {"min_probability": "probability"}  # combines those of SCORE_BY_THRESHOLD
ROUND_TRIP_SCORE = {"min_round_trip": "round_trip"}
MIN_ANSWER_F1, MIN_QUESTION_ROUGE_L = 0.5, 0.3  # of a correct pair, with a reference


@dataclass(frozen=True, kw_only=True)
class TuneQA(ReferenceOptions):
    """Choose the thresholds of `textzoo generate qa --filter`: the highest precision at a given recall.

    Pairs are generated for the passages of the input. A pair is correct if a reference pair of its passage has an
    answer with F1 of 0.5 or more and a question with ROUGE-L of 0.3 or more. Many good pairs match no reference, so
    precision is a lower bound, useful to compare thresholds. The output also holds the number of pairs and beams used.
    For a model with a pair_quality.json the minimum probability replaces the minimum log-probabilities.

    Args:
        input: Reference pairs, in any format that `textzoo train qa` reads, neither trained nor tested on.
        round_trip_model: Folder of the filter's extractive-qa model, which also replaces the pair_quality.json; by
            default the folder reader within the model's, if there is one.
        recall: Minimum fraction of the correct pairs to keep.
        out: YAML file for `textzoo generate qa --config`; must not exist.
        num_pairs: Number of pairs generated per chunk of a passage.
        num_beams: Number of beams for the question.
        batch_size: Passages per batch.
        seed: Seed of the sampled answers.
        user_dict: File of further words for jieba, one per line, optionally with frequency and part of speech.
    """

    round_trip_model: ModelPath | None = None
    recall: ClosedUnitInterval = 0.5
    out: OutputFile | None = None
    num_pairs: PositiveInt = 10
    num_beams: PositiveInt = 3
    batch_size: PositiveInt = 16
    seed: NonNegativeInt = 0
    user_dict: DataPath | None = None


def tune_qa(args: TuneQA) -> None:
    """Prints precision and recall before and after, prints the thresholds and optionally writes them."""
    start_tensorflow()
    import numpy as np
    import yaml

    from textzoo.data import read_qa
    from textzoo.data.find_preset import find_preset
    from textzoo.data.preset_config import reader_folder
    from textzoo.data.qa.pair_quality import read_pair_quality
    from textzoo.data.qa.passage_encoding import check_readable
    from textzoo.data.text.word_segmentation import use_user_dictionary
    from textzoo.inference import QAPipeline
    from textzoo.metrics import search_thresholds
    from textzoo.models import ExtractiveQA, QAGenerator

    use_user_dictionary(args.user_dict)
    examples = read_examples(read_qa, args.input, config=args)
    generator = QAGenerator.from_preset(args.model)
    tokenizer = generator.preprocessor.tokenizer
    examples = drop_unreadable(
        examples, lambda example: check_readable(example.passage, tokenizer), on_error=args.on_error
    )
    references: dict[str, list[tuple[str, str]]] = {}
    for example in examples:
        passage_references = references.setdefault(example.passage, [])
        passage_references += [(example.question, answer) for answer in example.answers]
    folder = find_preset(args.model)
    reader = args.round_trip_model or reader_folder(folder)
    quality = None if args.round_trip_model else read_pair_quality(folder)
    pipeline = QAPipeline(
        generator,
        None if reader is None else ExtractiveQA.from_preset(reader),
        min_round_trip=0.0,
        quality=quality,
        min_probability=None if quality is None else 0.0,
    )
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
    score_by_threshold = SCORE_BY_THRESHOLD if quality is None else QUALITY_SCORE
    if reader is not None:
        score_by_threshold = score_by_threshold | ROUND_TRIP_SCORE
    scores = np.array([[getattr(pair, name) for name in score_by_threshold.values()] for pair in pairs])
    thresholds, precision, recall = search_thresholds(scores, np.array(is_correct), min_recall=args.recall)
    num_correct = sum(is_correct)
    print(
        f"{len(pairs)} well-formed pairs, {num_correct} correct: precision {num_correct / len(pairs):.3f}, recall 1.000"
    )
    print(f"with these thresholds: precision {precision:.3f}, recall {recall:.3f}")
    if quality is not None:
        print(f"{args.model}: min_probability replaces the log-probabilities, which its pair_quality.json combines")
    chosen: dict[str, Any] = {"round_trip_model": args.round_trip_model} if args.round_trip_model else {}
    for name, threshold in zip(score_by_threshold, thresholds, strict=True):
        if threshold > -np.inf:
            chosen[name] = threshold
        elif name not in SCORE_BY_THRESHOLD:
            chosen[name] = 0.0  # generate qa has a minimum of its own
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
