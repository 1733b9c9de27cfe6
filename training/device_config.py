"""Settings of the devices and hosts that a model is trained on.

This module imports no Keras, so that `textzoo train TASK --help` starts quickly.
"""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass

from .number_types import NonNegativeInt, PositiveFloat, PositiveInt
from .path_types import Text

# As torchrun sets them.
VARIABLES = ("MASTER_ADDR", "MASTER_PORT", "RANK", "WORLD_SIZE")
# Settings that belong to one process and one place, and so to no record of a training.
PROCESS_SETTINGS = ("coordinator", "rank")


@dataclass(frozen=True, kw_only=True)
class DeviceConfig:
    """Devices and hosts that share every batch of a training. They change its time, not its result.

    Args:
        devices: Number of devices of this host: its GPUs, or parts of its CPU if it has none.
        hosts: Number of processes, on one host or several, which are all started with the same arguments except --rank
            (JAX only). By default the variables WORLD_SIZE, RANK, MASTER_ADDR and MASTER_PORT tell them.
        coordinator: HOST:PORT at which the process of rank 0 waits for the others.
        rank: Rank of this process, from 0. Only rank 0 writes files.
        host_timeout: Seconds to wait for the other processes at the start.

    Raises:
        ValueError: The numbers do not fit each other.

    Example:

    >>> DeviceConfig(hosts=2, rank=2, coordinator="10.0.0.1:7000")
    Traceback (most recent call last):
        ...
    ValueError: Expected rank below hosts, 2. Received: 2.
    """

    devices: PositiveInt = 1
    hosts: PositiveInt = 1
    coordinator: Text | None = None
    rank: NonNegativeInt | None = None
    host_timeout: PositiveFloat = 300.0

    def __post_init__(self):
        if self.hosts == 1 and (self.rank or self.coordinator):
            raise ValueError("coordinator and rank need hosts, the number of processes; pass --hosts too")
        if self.hosts == 1:
            return
        if self.rank is None or self.coordinator is None:
            raise ValueError(f"{self.hosts} hosts need a coordinator HOST:PORT and the rank of this process")
        if self.rank >= self.hosts:
            raise ValueError(f"Expected rank below hosts, {self.hosts}. Received: {self.rank}.")
        host, _, port = self.coordinator.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"Expected a coordinator HOST:PORT. Received: {self.coordinator}.")


def with_environment(config: DeviceConfig, environment: Mapping[str, str] = os.environ) -> DeviceConfig:
    """Returns the settings with the hosts that a launcher such as torchrun has told by variables.

    Flags have priority, and one process needs none. The port is the one after MASTER_PORT, where torchrun itself
    listens.

    Args:
        config: Settings.
        environment: The variables.

    Raises:
        ValueError: A variable is missing or no number.

    Example:

    >>> variables = {"WORLD_SIZE": "2", "RANK": "1", "MASTER_ADDR": "10.0.0.1", "MASTER_PORT": "7000"}
    >>> config = with_environment(DeviceConfig(), variables)
    >>> config.hosts, config.rank, config.coordinator
    (2, 1, '10.0.0.1:7001')
    """
    if config.hosts > 1 or environment.get("WORLD_SIZE", "1") == "1":
        return config
    values = {name: environment.get(name, "") for name in VARIABLES}
    for name, value in values.items():
        if not value or (name != "MASTER_ADDR" and not (value.isascii() and value.isdigit())):
            expected = "an address" if name == "MASTER_ADDR" else "a number"
            raise ValueError(
                f"{name}: expected {expected}, as WORLD_SIZE is set. Received: {value!r}; unset WORLD_SIZE to train in "
                "one process"
            )
    return dataclasses.replace(
        config,
        hosts=int(values["WORLD_SIZE"]),
        rank=int(values["RANK"]),
        coordinator=f"{values['MASTER_ADDR']}:{int(values['MASTER_PORT']) + 1}",
    )
