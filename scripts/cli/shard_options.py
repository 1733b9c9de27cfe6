"""Options of commands that write shards."""

from dataclasses import dataclass

from textzoo.scripts.cli.arguments import OutputFile, PositiveInt, Text

NOT_IN_PLAN = ("out", "resume", "on_error", "workers", "ray", "merge")


@dataclass(frozen=True, kw_only=True)
class ShardOptions:
    """Bulk work in shards.

    Args:
        shards: Write so many files into the folder --out, each as a whole, with workers that repeat what a lost one
            left. --resume continues. --out may be an address such as s3://bucket/folder.
        workers: Number of workers, each with a model of its own; by default one per CPU.
        ray: Work on a Ray cluster: its address host:port, auto for the one this machine belongs to, or local for a new
            one. By default the workers are processes of this machine.
    """

    shards: PositiveInt | None = None
    workers: PositiveInt | None = None
    ray: Text | None = None

    def check_shards(self) -> None:
        """Raises ValueError for options that exclude each other."""
        from textzoo.data.remote_files import is_remote
        from textzoo.scripts.cli.input_files import is_stream

        out, input_path = getattr(self, "out", None), getattr(self, "input", None)
        if self.shards is None:
            for name in ("workers", "ray", "merge"):
                if getattr(self, name, None) is not None:
                    raise ValueError(f"--{name} needs --shards")
            if out is not None and is_remote(out):
                raise ValueError(f"--out {out}: a remote output needs --shards")
        elif out is None or is_stream(input_path):
            raise ValueError("--shards needs --out, a folder, and an input file or folder")


@dataclass(frozen=True, kw_only=True)
class MergedShardOptions(ShardOptions):
    """Bulk work in shards that one file can join.

    Args:
        merge: With --shards, file to write at the end: all shards in order, as the command without --shards writes it;
            must not exist.
    """

    merge: OutputFile | None = None
