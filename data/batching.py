"""Batches of ragged examples: grouped by length, padded to few shapes, in an order that a seed fixes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .length_batching import BUCKETS, bucket

if TYPE_CHECKING:
    import tensorflow as tf

POOL = 16
PREFETCHED = 4


def epoch_plan(
    lengths: Sequence[int] | np.ndarray,
    batch_size: int,
    buckets: Sequence[int] = BUCKETS,
    shuffle: bool = True,
    seed: int = 0,
    epoch: int = 0,
    streams: Sequence[int] | np.ndarray | None = None,
    target_lengths: Sequence[int] | np.ndarray | None = None,
) -> list[np.ndarray]:
    """Which examples make up each batch of an epoch; a function of its arguments only.

    Shuffled batches hold examples of one bucket, but for the few that are left over in each bucket and are put
    together by length; only one batch may be smaller than `batch_size`. Without `shuffle` the order stays.

    Args:
        lengths: The examples' lengths, int [examples].
        batch_size: Examples a batch.
        buckets: The lengths that batches are padded to.
        shuffle: Whether examples and batches come in random order.
        seed: Fixes the order together with `epoch`.
        epoch: The epoch, from 0.
        streams: The examples' numbers of streams, int [examples]. A batch then holds examples with equally many, and
            `batch_size` counts streams.
        target_lengths: The lengths of the examples' targets, int [examples], which are padded too. Shuffled batches
            then hold examples whose targets, among 16 batches' worth of one bucket, are of like length.

    Returns:
        An int array of example numbers for each batch; as many in every epoch.

    Example:
        >>> [batch.tolist() for batch in epoch_plan([3, 30, 5, 7, 20], batch_size=2, shuffle=False)]
        [[0, 1], [2, 3], [4]]
    """
    if batch_size < 1:
        raise ValueError(f"Expected a batch_size of 1 or more. Received: {batch_size}.")
    streams = np.ones(len(lengths), int) if streams is None else np.asarray(streams)
    random = np.random.default_rng([seed, epoch])
    order = random.permutation(len(lengths)) if shuffle else np.arange(len(lengths))
    padded = np.array([bucket(int(length), buckets) for length in np.asarray(lengths)[order]])
    plan = []
    for count in np.unique(streams):
        size = max(1, batch_size // int(count))
        same = streams[order] == count
        left_over = order[same]
        if shuffle:
            groups = [order[same & (padded == length)] for length in np.unique(padded[same])]
            if target_lengths is not None:
                groups = [_by_target(group, POOL * size, np.asarray(target_lengths)) for group in groups]
            plan += [batch for group in groups for batch in group[: len(group) // size * size].reshape(-1, size)]
            left_over = np.concatenate([group[len(group) // size * size :] for group in groups])
        plan += [left_over[start : start + size] for start in range(0, len(left_over), size)]
    return [plan[index] for index in random.permutation(len(plan))] if shuffle else plan


def _by_target(group: np.ndarray, pool: int, lengths: np.ndarray) -> np.ndarray:
    """Examples, each `pool` of them in the order of their targets' lengths."""
    pools = [group[start : start + pool] for start in range(0, len(group), pool)]
    return np.concatenate([members[np.argsort(lengths[members], kind="stable")] for members in pools])


def pad_batch(
    examples: Sequence[Mapping[str, np.ndarray]],
    buckets: Sequence[int] = BUCKETS,
) -> dict[str, np.ndarray]:
    """Stacks examples: the last axis padded to the bucket of the longest, the first of two (streams) to the most.

    Args:
        examples: Dicts of arrays of rank 0, 1 `[length]` or 2 `[streams, length]`, with the same keys.
        buckets: The lengths to pad to.

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
    buckets: Sequence[int] = BUCKETS,
    shuffle: bool = True,
    seed: int = 0,
    epoch: int = 0,
    num_epochs: int | None = 1,
    streams_key: str | None = None,
    target_key: str | None = None,
) -> "tf.data.Dataset":
    """A `tf.data.Dataset` of padded batches.

    An epoch's order depends on `(seed, epoch)` only. A run that goes on with epoch 3, batch 20 takes
    `batches(..., epoch=3, num_epochs=None).skip(20)`; `fit(dataset, steps_per_epoch=len(epoch_plan(...)))` then takes
    epoch after epoch from it.

    Args:
        examples: Dicts of arrays of rank 0 to 2 with the same keys; a list, or anything with `len` and `[index]`.
        batch_size: Examples a batch.
        buckets: The lengths that last axes are padded to.
        shuffle: Whether the order is random.
        seed: Fixes the order together with the epoch.
        epoch: The first epoch.
        num_epochs: How many epochs follow each other; None for ever.
        streams_key: The key whose first axis is streams: a batch holds examples with equally many of them, and
            `batch_size` counts streams. None: examples are counted.
        target_key: The key whose last axis are targets, see `target_lengths` of `epoch_plan`.

    Returns:
        The dataset; its elements are dicts like the examples, with a batch axis in front.

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
    keys = {length_key, streams_key, target_key} - {None}
    read_once = map(examples.__getitem__, range(len(examples)))
    shapes = [{key: np.shape(example[key]) for key in keys} for example in read_once]

    def sizes(key: str | None, axis: int) -> Any:
        return None if key is None else np.array([shape[key][axis] for shape in shapes])

    order = batch_size, buckets, shuffle, seed
    grouping = sizes(streams_key, 0), sizes(target_key, -1)
    lengths = sizes(length_key, -1)
    signature = {
        key: tf.TensorSpec([None] * (array.ndim + 1), tf.as_dtype(array.dtype)) for key, array in first.items()
    }

    def padded(number: int) -> Iterator[dict[str, np.ndarray]]:
        for indices in epoch_plan(lengths, *order, int(number), *grouping):
            yield pad_batch([examples[int(index)] for index in indices], buckets)

    last = np.iinfo(np.int64).max if num_epochs is None else epoch + num_epochs
    dataset = tf.data.Dataset.range(epoch, last).flat_map(
        lambda number: tf.data.Dataset.from_generator(padded, output_signature=signature, args=(number,))
    )
    if num_epochs is not None:
        count = len(epoch_plan(lengths, *order, epoch, *grouping))
        dataset = dataset.apply(tf.data.experimental.assert_cardinality(count * num_epochs))
    options = tf.data.Options()
    options.autotune.enabled = False  # it wakes at doubling intervals, and an iterator does not end while it sleeps
    return dataset.prefetch(PREFETCHED).with_options(options)
