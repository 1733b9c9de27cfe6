"""Settings of devices and hosts, from flags and from the variables of a launcher."""

import pytest

from textzoo.training import DeviceConfig
from textzoo.training.device_config import with_environment

TORCHRUN = {"WORLD_SIZE": "4", "RANK": "3", "MASTER_ADDR": "node0", "MASTER_PORT": "29500"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"rank": 1}, "coordinator and rank need hosts"),
        ({"coordinator": "node0:7000"}, "coordinator and rank need hosts"),
        ({"hosts": 2, "rank": 0}, "2 hosts need a coordinator HOST:PORT and the rank"),
        ({"hosts": 2, "coordinator": "node0:7000"}, "2 hosts need a coordinator HOST:PORT and the rank"),
        ({"hosts": 2, "coordinator": "node0:7000", "rank": 2}, r"Expected rank below hosts, 2\. Received: 2\."),
        ({"hosts": 2, "coordinator": "node0", "rank": 0}, r"Expected a coordinator HOST:PORT\. Received: node0\."),
        ({"hosts": 2, "coordinator": ":7000", "rank": 0}, "Expected a coordinator HOST:PORT"),
        ({"hosts": 2, "coordinator": "node0:70000", "rank": 0}, "Expected a coordinator HOST:PORT"),
    ],
)
def test_settings_that_do_not_fit(fields, message):
    with pytest.raises(ValueError, match=message):
        DeviceConfig(**fields)


def test_a_launcher_gives_hosts_rank_and_coordinator():
    config = with_environment(DeviceConfig(devices=2), TORCHRUN)
    assert config == DeviceConfig(devices=2, hosts=4, rank=3, coordinator="node0:29501")


def test_flags_have_priority_and_one_process_is_none():
    flags = DeviceConfig(hosts=2, rank=0, coordinator="node1:7000")
    assert with_environment(flags, TORCHRUN) is flags
    assert with_environment(DeviceConfig(), TORCHRUN | {"WORLD_SIZE": "1"}) == DeviceConfig()
    assert with_environment(DeviceConfig(), {}) == DeviceConfig()


@pytest.mark.parametrize("name", TORCHRUN)
def test_a_variable_that_is_no_number(name):
    with pytest.raises(ValueError, match=f"{name}: expected .* unset WORLD_SIZE"):
        with_environment(DeviceConfig(), TORCHRUN | {name: "x" if name != "MASTER_ADDR" else ""})
