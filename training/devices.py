"""Training on several devices and hosts: by `keras.distribution` on JAX, by `MirroredStrategy` on TensorFlow."""

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

import keras

from .device_config import DeviceConfig, with_environment
from .host_group import HostGroup

HEARTBEAT_SECONDS = 100


@contextlib.contextmanager
def use_devices(config: DeviceConfig) -> Iterator[None]:
    """Context in which models are created and trained on several devices, or together with other hosts.

    Every batch is divided among all devices, the loss is the mean over the target tokens of the whole batch, and
    clipping acts on the summed gradient: the weights are those of one process, to rounding. Every process reads all
    data. Enter the context before Keras computes anything.

    Args:
        config: Devices and hosts.

    Raises:
        ValueError: There are fewer devices, a rank is missing, or the backend cannot do it. At the end of the context
            also if another process has ended.

    Example:

    >>> with use_devices(DeviceConfig(devices=1)):
    ...     layer = keras.layers.Dense(1)
    """
    config, backend = with_environment(config), keras.backend.backend()
    if config.hosts > 1 and backend != "jax":
        raise ValueError(
            f"Training on {config.hosts} hosts needs JAX; set KERAS_BACKEND=jax and install textzoo[jax]. Keras's fit "
            "fails under TensorFlow's MultiWorkerMirroredStrategy."
        )
    if config.devices > 1 and backend not in ("jax", "tensorflow"):
        raise ValueError(f"Training on {config.devices} devices needs JAX or TensorFlow. Received: {backend}.")
    if config.devices == 1 and config.hosts == 1:
        yield
    elif backend == "tensorflow":
        with _mirrored(config.devices):
            yield
    else:
        with _joined(config), _data_parallel(config):
            yield


@contextlib.contextmanager
def _joined(config: DeviceConfig) -> Iterator[None]:
    """Connects the processes of all hosts, and ends with them."""
    import jax  # pyright: ignore[reportMissingImports]

    with contextlib.suppress(RuntimeError):  # JAX has begun to compute
        jax.config.update("jax_num_cpu_devices", config.devices)
    if config.hosts == 1:
        yield
        return
    from jax.experimental import multihost_utils  # pyright: ignore[reportMissingImports]

    assert config.coordinator is not None and config.rank is not None
    group = HostGroup(config.coordinator, rank=config.rank, count=config.hosts, timeout=config.host_timeout)
    jax.config.update("jax_enable_recoverability", True)  # else JAX aborts a process before it can name the rank
    jax.config.update("jax_enable_preemption_service", False)  # it would keep SIGTERM from ending a process
    local = os.environ.get("LOCAL_RANK", "")
    jax.distributed.initialize(
        f"{config.coordinator.rpartition(':')[0]}:{group.port}",
        config.hosts,
        config.rank,
        local_device_ids=[int(local)] if local.isdigit() else None,
        cluster_detection_method="deactivate",
        heartbeat_timeout_seconds=HEARTBEAT_SECONDS,
    )
    try:
        with _hidden_output():  # of gloo
            multihost_utils.sync_global_devices("start")
        yield
    except BaseException as error:
        failure = group.failure(error)
        group.abandon(error)
        if failure:
            raise ValueError(failure) from None
        raise
    if config.rank:
        jax.distributed.shutdown()
        group.finish()
    else:
        group.finish()
        jax.distributed.shutdown()


@contextlib.contextmanager
def _data_parallel(config: DeviceConfig) -> Iterator[None]:
    import jax  # pyright: ignore[reportMissingImports]
    import tensorflow as tf

    tf.config.set_visible_devices([], "GPU")  # it reads the data only
    devices = []
    for rank in range(jax.process_count()):
        local = jax.local_devices(process_index=rank)
        if len(local) < config.devices:
            raise ValueError(_too_few(config.devices, len(local)))
        devices += [f"{device.platform}:{device.id}" for device in local[: config.devices]]
    with WholeBatches(devices=devices, auto_shard_dataset=False).scope():
        yield


class WholeBatches(keras.distribution.DataParallel):
    """Data parallelism whose step receives the whole batch on every device and divides it inside, see `divide_batches`.

    A batch may so have any number of examples, where `keras.distribution.DataParallel` needs a multiple of the devices.
    """

    def get_data_layout(self, data_shape: Any) -> keras.distribution.TensorLayout:
        return keras.distribution.TensorLayout([None] * len(data_shape), self.device_mesh)


def divide_batches(model: keras.Model) -> None:
    """Makes the steps of a model compute each example on one of the devices of `use_devices`.

    The results are those of one device. Without several devices, and on TensorFlow, nothing changes.

    Args:
        model: A compiled model, which has not been trained.
    """
    distribution = keras.distribution.distribution()
    if not isinstance(distribution, WholeBatches):
        return
    from jax.lax import with_sharding_constraint  # pyright: ignore[reportMissingImports]

    layout = keras.distribution.TensorLayout([distribution.batch_dim_name], distribution.device_mesh).backend_layout

    def divide(x):
        return x if x is None else with_sharding_constraint(x, layout)

    def divided(step):
        return lambda state, data: step(state, keras.tree.map_structure(divide, data))

    model.train_step, model.test_step = divided(model.train_step), divided(model.test_step)
    model.train_function = model.test_function = None


@contextlib.contextmanager
def _mirrored(count: int) -> Iterator[None]:
    import tensorflow as tf

    kind = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
    devices = tf.config.list_physical_devices(kind)
    if kind == "CPU":
        with contextlib.suppress(RuntimeError):  # TensorFlow has begun to compute
            tf.config.set_logical_device_configuration(devices[0], [tf.config.LogicalDeviceConfiguration()] * count)
        devices = tf.config.list_logical_devices("CPU")
    if len(devices) < count:
        raise ValueError(_too_few(count, len(devices)))
    strategy = tf.distribute.MirroredStrategy([f"{kind}:{number}" for number in range(count)])
    tf.distribute.experimental_set_strategy(strategy)
    try:
        yield
    finally:
        tf.distribute.experimental_set_strategy(None)


def _too_few(expected: int, received: int) -> str:
    return (
        f"Expected {expected} devices of this host. Received: {received}; lower --devices (in Python, enter "
        "use_devices before Keras computes anything)"
    )


@contextlib.contextmanager
def _hidden_output() -> Iterator[None]:
    """Hides what C++ code writes to standard output."""
    sys.stdout.flush()
    output, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(output, 1)
        os.close(output)
        os.close(nowhere)
