"""Batches of ragged examples: grouped by length, padded to few shapes, in reproducible order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .length_batching import BUCKETS, bucket

if TYPE_CHECKING:
    import tensorflow as tf

_SORTED_BATCHES = 16  # batches whose examples are sorted by target length together
_PREFETCHED_BATCHES = 4


def epoch_plan(
    lengths: Sequence[int] | np.ndarray,
    batch_size: int,
    *,
    buckets: Sequence[int] = BUCKETS,
    shuffle: bool = True,
    seed: int = 0,
    epoch: int = 0,
    streams: Sequence[int] | np.ndarray | None = None,
    target_lengths: Sequence[int] | np.ndarray | None = None,
) -> list[np.ndarray]:
    """Plans the batches of an epoch. The plan depends only on the arguments.

    Shuffled batches contain examples of one bucket. The few examples left over in each bucket are batched together in
    the order of their buckets. At most one batch is smaller than `batch_size`. Without `shuffle` the order is kept.

    Args:
        lengths: int [examples], lengths of the examples.
        batch_size: Number of examples per batch.
        buckets: The lengths that batches are padded to.
        shuffle: Whether to shuffle examples and batches.
        seed: Determines the order, together with `epoch`.
        epoch: The epoch, from 0.
        streams: int [examples], number of streams per example. All examples of a batch then have the same number, and
            `batch_size` counts streams.
        target_lengths: int [examples], lengths of the targets, which are padded too. Within a bucket, shuffled examples
            are then sorted by target length, 16 batches at a time, so that the targets of a batch have similar lengths.

    Returns:
        For each batch an int array of example indices. The number of batches is the same in every epoch.

    Example:
        >>> [batch.tolist() for batch in epoch_plan([3, 30, 5, 7, 20], batch_size=2, shuffle=False)]
        [[0, 1], [2, 3], [4]]
    """
    if batch_size < 1:
        raise ValueError(f"Expected a batch_size of 1 or more. Received: {batch_size}.")
    streams = np.ones(len(lengths), int) if streams is None else np.asarray(streams)
    random = np.random.default_rng([seed, epoch])
    order = random.permutation(len(lengths)) if shuffle else np.arange(len(lengths))
    distinct, which = np.unique(np.asarray(lengths, int), return_inverse=True)
    padded = np.array([bucket(length, buckets) for length in distinct.tolist()], int)[which][order]
    plan = []
    for count in np.unique(streams):
        size = max(1, batch_size // int(count))
        has_count = streams[order] == count
        left_over = order[has_count]
        if shuffle:
            groups = [order[has_count & (padded == length)] for length in np.unique(padded[has_count])]
            if target_lengths is not None:
                targets = np.asarray(target_lengths)
                groups = [_sort_by_target_length(group, targets, count=_SORTED_BATCHES * size) for group in groups]
            plan += [batch for group in groups for batch in group[: len(group) // size * size].reshape(-1, size)]
            left_over = np.concatenate([group[len(group) // size * size :] for group in groups])
        plan += [left_over[start : start + size] for start in range(0, len(left_over), size)]
    return [plan[index] for index in random.permutation(len(plan))] if shuffle else plan


def records_at_epoch(records: Any, epoch: int) -> Any:
    """Returns the records of an epoch: `records.at_epoch(epoch)` if they differ from epoch to epoch."""
    return records.at_epoch(epoch) if hasattr(records, "at_epoch") else records


def _sort_by_target_length(group: np.ndarray, target_lengths: np.ndarray, *, count: int) -> np.ndarray:
    """Sorts every `count` consecutive examples of a group by target length."""
    parts = [group[start : start + count] for start in range(0, len(group), count)]
    return np.concatenate([part[np.argsort(target_lengths[part], kind="stable")] for part in parts])


def pad_batch(examples: Sequence[Mapping[str, np.ndarray]], buckets: Sequence[int] = BUCKETS) -> dict[str, np.ndarray]:
    """Stacks examples, padded with zeros: the last axis to the bucket of the longest, streams to the largest number.

    Args:
        examples: Dicts of arrays of rank 0, 1 `[length]` or 2 `[streams, length]`, with the same keys.
        buckets: The lengths to pad the last axis to.

    Returns:
        Arrays `[batch]`, `[batch, length]` or `[batch, streams, length]`.

    Example:
        >>> pad_batch([{"ids": np.array([7, 8, 9])}, {"ids": np.array([5])}], buckets=(4, 8))["ids"].tolist()
        [[7, 8, 9, 0], [5, 0, 0, 0]]
    """
    batch = {}
    for key in examples[0]:
        arrays = [np.asarray(example[key]) for example in examples]
        shape = np.max([array.shape for array in arrays], axis=0).astype(int).tolist()
        if shape:
            shape[-1] = bucket(shape[-1], buckets)
        batch[key] = np.zeros((len(arrays), *shape), arrays[0].dtype)
        for row, array in enumerate(arrays):
            batch[key][row, *map(slice, array.shape)] = array
    return batch


def batches(
    examples: Sequence[Mapping[str, np.ndarray]],
    batch_size: int,
    *,
    buckets: Sequence[int] = BUCKETS,
    shuffle: bool = True,
    seed: int = 0,
    epoch: int = 0,
    num_epochs: int | None = 1,
    streams_key: str | None = None,
    target_key: str | None = None,
) -> "tf.data.Dataset":
    """Creates a `tf.data.Dataset` of padded batches.

    The order of an epoch depends only on `(seed, epoch)`. To resume at epoch 3, batch 20, take
    `batches(..., epoch=3, num_epochs=None).skip(20)` and train by
    `fit(dataset, steps_per_epoch=len(epoch_plan(...)))`.

    Args:
        examples: Dicts of arrays of rank 0 to 2 with the same keys, in a list or any sequence. The last axis of the
            first key is the length. A sequence may know its `lengths`, int [examples], so that no example is read
            before it is needed; and it may have a method `at_epoch(epoch)` that returns the examples of an epoch.
        batch_size: Number of examples per batch.
        buckets: The lengths that last axes are padded to.
        shuffle: Whether to shuffle.
        seed: Determines the order, together with the epoch.
        epoch: The first epoch.
        num_epochs: Number of epochs; None: endless.
        streams_key: The key whose first axis is streams. All examples of a batch then have the same number of streams,
            and `batch_size` counts streams. None: `batch_size` counts examples.
        target_key: The key whose last axis is targets, see `target_lengths` of `epoch_plan`.

    Returns:
        The dataset. Its elements are dicts with the keys of the examples and a batch axis in front.

    Example:
        >>> examples = [{"ids": np.arange(n)} for n in (3, 9, 4)]
        >>> [batch["ids"].shape for batch in batches(examples, 2, shuffle=False).as_numpy_iterator()]
        [(2, 16), (1, 8)]
    """
    import tensorflow as tf

    if not len(examples):
        raise ValueError("Expected at least one example. Received: none.")
    first = {key: np.asarray(value) for key, value in examples[0].items()}
    length_key = next(iter(first))
    known_lengths = None if streams_key or target_key else getattr(examples, "lengths", None)
    shapes = []
    if known_lengths is None:
        keys = {length_key, streams_key, target_key} - {None}
        shapes = [{key: np.shape(examples[index][key]) for key in keys} for index in range(len(examples))]

    def sizes(key: str | None, axis: int) -> Any:
        return None if key is None else np.array([shape[key][axis] for shape in shapes])

    lengths = sizes(length_key, -1) if known_lengths is None else known_lengths
    streams, target_lengths = sizes(streams_key, 0), sizes(target_key, -1)

    def plan(epoch: int) -> list[np.ndarray]:
        return epoch_plan(
            lengths,
            batch_size,
            buckets=buckets,
            shuffle=shuffle,
            seed=seed,
            epoch=epoch,
            streams=streams,
            target_lengths=target_lengths,
        )

    def padded_batches(epoch: np.int64) -> Iterator[dict[str, np.ndarray]]:
        rows = records_at_epoch(examples, int(epoch))
        for indices in plan(int(epoch)):
            yield pad_batch([rows[int(index)] for index in indices], buckets)

    signature = {
        key: tf.TensorSpec([None] * (array.ndim + 1), tf.as_dtype(array.dtype)) for key, array in first.items()
    }
    end = np.iinfo(np.int64).max if num_epochs is None else epoch + num_epochs
    dataset = tf.data.Dataset.range(epoch, end).flat_map(
        lambda epoch: tf.data.Dataset.from_generator(padded_batches, output_signature=signature, args=(epoch,))
    )
    if num_epochs is not None:
        dataset = dataset.apply(tf.data.experimental.assert_cardinality(len(plan(epoch)) * num_epochs))
    options = tf.data.Options()
    options.autotune.enabled = False  # the autotuner sleeps at doubling intervals and delays the end of an iterator
    return dataset.prefetch(_PREFETCHED_BATCHES).with_options(options)
