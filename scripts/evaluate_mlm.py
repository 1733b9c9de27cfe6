"""Evaluation of masked language models: `textzoo evaluate mlm`.

textzoo evaluate mlm corpus.txt --model runs/mlm
"""

import dataclasses
from dataclasses import dataclass

from textzoo.scripts.cli.arguments import DataPath, NonNegativeInt, OutputFile, PositiveInt
from textzoo.scripts.cli.input_options import ReferenceOptions
from textzoo.scripts.cli.print_metrics import print_metrics
from textzoo.scripts.cli.tensorflow_startup import start_tensorflow
from textzoo.scripts.cli.training_examples import read_corpus_texts


@dataclass(frozen=True, kw_only=True)
class EvaluateMLM(ReferenceOptions):
    """Evaluate a masked language model by accuracy and loss, beside unigram and bigram baselines.

    Args:
        input: Texts, in any form that `textzoo train mlm` reads.
        train: Texts from which the baselines are counted, in such a file or folder; by default there are no baselines.
        out: JSON file for the metrics; must not exist.
        batch_size: Sequences per batch.
        seed: Seed of the masks.
        user_dict: File of further words for jieba, one per line, optionally with frequency and part of speech.
    """

    train: DataPath | None = None
    out: OutputFile | None = None
    batch_size: PositiveInt = 32
    seed: NonNegativeInt = 0
    user_dict: DataPath | None = None


def evaluate_mlm(args: EvaluateMLM) -> None:
    """Prints the metrics and optionally writes them as JSON."""
    start_tensorflow()
    import numpy as np

    from textzoo.data.text.word_segmentation import use_user_dictionary
    from textzoo.metrics import BigramModel, masked_lm_metrics
    from textzoo.models import MaskedLM

    use_user_dictionary(args.user_dict)
    texts = read_corpus_texts(args.input, args)
    baseline_texts = [] if args.train is None else read_corpus_texts(args.train, args)
    model = MaskedLM.from_preset(args.model)
    preprocessor = model.preprocessor
    records = model.records(texts, seed=args.seed)
    predictions, log_probs = model.predict_masked(records, batch_size=args.batch_size)
    vocab_size = preprocessor.tokenizer.vocab_size
    bigrams = None
    if baseline_texts:
        bigrams = BigramModel((sequence[:2] for sequence in preprocessor.pack(baseline_texts)), vocab_size)
    positions = [records[index]["positions"] for index in range(len(records))]
    token_lengths = np.array([len(token.removeprefix("##").strip()) for token in preprocessor.tokenizer.token_texts])
    metrics = dataclasses.asdict(
        masked_lm_metrics(
            [sequence[:2] for sequence in records.sequences],
            positions,
            predictions=predictions,
            log_probabilities=log_probs,
            token_lengths=token_lengths,
            bigrams=bigrams,
        )
    )
    known = {name: value for name, value in metrics.items() if value is not None}
    print_metrics(known, args.out, name_width=16)
