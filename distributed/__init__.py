"""Bulk work in shards: on processes of this machine, or on a Ray cluster."""

from .local_workers import LocalWorkers as LocalWorkers
from .run_shards import run_shards as run_shards
from .shard_folder import ShardFolder as ShardFolder
from .shard_folder import finished_shards as finished_shards
from .work import Process as Process
from .work import Shard as Shard
from .work import ShardResult as ShardResult
from .work import Work as Work
