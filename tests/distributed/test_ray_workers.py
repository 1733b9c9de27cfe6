"""Ray actors: one killed, a machine removed, no cluster, other models. `.ci/run ray` runs them."""

import os

import pytest

from tests.distributed.toy_work import Doubling
from textzoo.distributed import Shard, run_shards
from textzoo.distributed.ray_workers import RayWorkers

ray = pytest.importorskip("ray", reason="ray is not installed; .ci/run ray runs these tests")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster():
    """A head without CPUs and two machines of one CPU, on this machine."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_AUTH_MODE"] = "disabled"
    memory = 100 * 2**20
    head = {"num_cpus": 0, "object_store_memory": memory, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    for _ in range(2):
        node = cluster.add_node(num_cpus=1, object_store_memory=memory)
    cluster.last_machine = node
    yield cluster
    cluster.shutdown()


def test_an_actor_killed_and_a_machine_removed(cluster, tmp_path):
    lines, contents = [], {}
    work = Doubling(str(tmp_path), deadly=5, deaths=1)
    shards = [Shard(number, [[2 * number], [2 * number + 1]]) for number in range(12)]
    workers = RayWorkers(work, address=cluster.address)
    assert workers.num_cpus == 2
    for shard, result in run_shards(iter(shards), workers, work=work, count=2, report=lines.append):
        contents[shard.number] = result.content
        if len(contents) == 6:
            cluster.remove_node(cluster.last_machine, allow_graceful=False)
    in_this_process = Doubling().open()
    assert contents == {shard.number: in_this_process(shard.blocks).content for shard in shards}
    assert len(os.listdir(tmp_path)) == 1 and any("lost the worker of shard 2" in line for line in lines)


def test_workers_of_another_model(cluster):
    workers = RayWorkers(Doubling(), address=cluster.address)
    with pytest.raises(ValueError, match="a worker has another model or dictionary"):
        list(run_shards(iter([Shard(0, [[1]])]), workers, work=Doubling(model="x"), count=1, report=print))


def test_no_cluster_at_the_address():
    with pytest.raises(ValueError, match="--ray 127.0.0.1:9: no usable cluster .*; start one with `ray start --head`"):
        RayWorkers(Doubling(), address="127.0.0.1:9")
