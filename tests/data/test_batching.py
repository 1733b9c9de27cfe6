"""Epoch plans, padding and datasets of batches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from textzoo.data import batches, bucket, epoch_plan, pad_batch

SIZES = (4, 8, 16)
lengths_of_examples = st.lists(st.integers(0, 20), max_size=40)


def ragged(lengths, streams=1):
    return [{"source_ids": np.full(n, i + 1, np.int32), "target_ids": np.full((streams, n), i + 1, np.int32)}
            for i, n in enumerate(lengths)]  # fmt: skip


def arrays(dataset):
    return list(dataset.as_numpy_iterator())


@settings(max_examples=100)
@given(lengths_of_examples, st.integers(1, 6), st.booleans(), st.integers(0, 3))
def test_an_epoch_takes_every_example_once(lengths, batch_size, shuffle, epoch):
    plan = epoch_plan(lengths, batch_size, buckets=SIZES, shuffle=shuffle, epoch=epoch)
    assert sorted(index for batch in plan for index in batch.tolist()) == list(range(len(lengths)))
    assert len(plan) == -(-len(lengths) // batch_size)
    assert sum(len(batch) < batch_size for batch in plan) <= 1


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 3)), max_size=40), st.integers(1, 6), st.booleans())
def test_examples_of_a_batch_have_equally_many_streams(examples, batch_size, shuffle):
    lengths, streams = [length for length, _ in examples], np.array([count for _, count in examples], int)
    plan = epoch_plan(lengths, batch_size, buckets=SIZES, shuffle=shuffle, streams=streams)
    assert sorted(index for batch in plan for index in batch.tolist()) == list(range(len(lengths)))
    for batch in plan:
        assert len(set(streams[batch])) == 1
        assert streams[batch].sum() <= max(batch_size, streams[batch[0]])


def test_most_batches_are_of_one_bucket():
    lengths = np.random.default_rng(0).integers(1, 17, 100)
    plan = epoch_plan(lengths, 8, buckets=SIZES)
    mixed = [batch for batch in plan if len({bucket(lengths[index], SIZES) for index in batch}) > 1]
    assert len(mixed) <= 3 < len(plan)


def test_seed_and_epoch_fix_the_order():
    lengths = list(range(1, 21))

    def order(**kwargs):
        return [batch.tolist() for batch in epoch_plan(lengths, 3, buckets=SIZES, **kwargs)]

    assert order(seed=1, epoch=2) == order(seed=1, epoch=2)
    assert order(seed=1, epoch=2) != order(seed=1, epoch=3)
    assert order(seed=1, epoch=2) != order(seed=2, epoch=2)


def test_padding_reaches_the_bucket_of_the_longest():
    examples = [
        {"ids": np.array([1, 2, 3]), "pairs": np.ones((2, 5), np.float32), "label": np.array(7)},
        {"ids": np.array([4]), "pairs": np.ones((1, 9), np.float32), "label": np.array(8)},
    ]
    batch = pad_batch(examples, SIZES)
    assert batch["ids"].tolist() == [[1, 2, 3, 0], [4, 0, 0, 0]]
    assert batch["pairs"].shape == (2, 2, 16) and batch["pairs"].dtype == np.float32
    assert batch["pairs"].sum(axis=2).tolist() == [[5, 5], [9, 0]]
    assert batch["label"].tolist() == [7, 8]


def test_the_dataset_gives_the_plan_padded():
    lengths = [3, 9, 4, 12, 2, 16, 7]
    examples = ragged(lengths, streams=2)
    plan = epoch_plan(lengths, 2, buckets=SIZES, seed=5)
    dataset = batches(examples, 2, buckets=SIZES, seed=5)
    assert len(dataset) == len(plan) == 4
    for batch, indices in zip(arrays(dataset), plan, strict=True):
        expected = pad_batch([examples[index] for index in indices], SIZES)
        assert batch.keys() == expected.keys()
        for key in expected:
            np.testing.assert_array_equal(batch[key], expected[key])
            assert batch[key].dtype == np.int32


def test_every_iteration_repeats_the_same_epochs():
    dataset = batches(ragged(range(1, 12)), 3, buckets=SIZES, num_epochs=2)
    first, again = arrays(dataset), arrays(dataset)
    assert len(first) == len(dataset) == 8
    for left, right in zip(first, again, strict=True):
        np.testing.assert_array_equal(left["source_ids"], right["source_ids"])
    assert any(
        a["source_ids"].tolist() != b["source_ids"].tolist() for a, b in zip(first[:4], first[4:], strict=True)
    )  # the second epoch has another order


def test_a_resumed_run_goes_on_where_it_stopped():
    examples = ragged(range(1, 12))
    whole = arrays(batches(examples, 3, buckets=SIZES, seed=4, num_epochs=None).take(12))
    resumed = arrays(batches(examples, 3, buckets=SIZES, seed=4, epoch=1, num_epochs=None).skip(2).take(6))
    for left, right in zip(whole[6:], resumed, strict=True):
        np.testing.assert_array_equal(left["source_ids"], right["source_ids"])


def test_targets_of_a_batch_have_similar_lengths():
    lengths, targets = np.full(64, 8), np.random.default_rng(0).integers(1, 17, 64)
    plan = epoch_plan(lengths, 4, buckets=SIZES, target_lengths=targets)
    assert sorted(np.concatenate(plan).tolist()) == list(range(64)) and len(plan) == 16
    batched = sorted(sorted(targets[batch].tolist()) for batch in plan)
    assert sum(batched, []) == sorted(targets.tolist())
    assert [batch.tolist() for batch in plan] != [batch.tolist() for batch in epoch_plan(lengths, 4, buckets=SIZES)]


def test_targets_are_sorted_only_16_batches_at_a_time():
    targets = np.random.default_rng(0).permutation(640)
    plan = epoch_plan(np.full(640, 8), 4, buckets=SIZES, target_lengths=targets)
    assert max(np.ptp(targets[batch]) for batch in plan) > 4  # not the whole epoch


def test_the_dataset_takes_the_targets_key():
    examples = [{"source_ids": np.zeros(8, int), "target_ids": np.zeros(n, int)} for n in (3, 16, 4, 15)]
    shapes = {
        batch["target_ids"].shape for batch in arrays(batches(examples, 2, buckets=SIZES, target_key="target_ids"))
    }
    assert shapes == {(2, 4), (2, 16)}


def test_leaving_a_dataset_does_not_wait():
    """An iterator watched by the autotuner ends only when that wakes, up to a minute later."""
    dataset = batches(ragged([3, 5]), 1).map(lambda batch: batch)
    assert dataset.options().autotune.enabled is False


class EpochRecords(list):
    """Records that know their lengths, differ from epoch to epoch, and note which are read."""

    def __init__(self, lengths, epoch=0, reads=None):
        super().__init__(ragged(lengths))
        self.lengths, self.epoch, self.reads = lengths, epoch, [] if reads is None else reads

    def __getitem__(self, index):
        self.reads.append(index)
        return {key: array + 100 * self.epoch for key, array in super().__getitem__(index).items()}

    def at_epoch(self, epoch):
        return EpochRecords(self.lengths, epoch, self.reads)


def test_records_that_know_their_lengths_are_read_when_needed():
    records = EpochRecords([5, 9] * 500)
    assert len(arrays(batches(records, 2, buckets=SIZES).take(1))) == 1
    assert len(records.reads) < 40  # the first, and some batches ahead
    plan = epoch_plan(records.lengths, 2, buckets=SIZES)
    assert len(batches(records, 2, buckets=SIZES)) == len(plan) == 500


def test_an_epoch_has_its_own_records_wherever_the_dataset_begins():
    records = EpochRecords(range(1, 12))
    whole = arrays(batches(records, 3, buckets=SIZES, seed=4, num_epochs=3))
    for epoch in range(3):
        alone = arrays(batches(records, 3, buckets=SIZES, seed=4, epoch=epoch))
        for left, right in zip(whole[4 * epoch : 4 * epoch + 4], alone, strict=True):
            np.testing.assert_array_equal(left["source_ids"], right["source_ids"])
        values = np.concatenate([np.ravel(batch["source_ids"]) for batch in alone])
        assert set(values[values > 0] // 100) == {epoch}


def test_wrong_arguments():
    with pytest.raises(ValueError, match="at least one example"):
        batches([], 2)
    with pytest.raises(ValueError, match="batch_size of 1 or more. Received: 0"):
        batches(ragged([1]), 0)
