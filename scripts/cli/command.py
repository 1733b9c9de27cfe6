"""What every command does the same way: errors, interruption, TensorFlow's log lines."""

import difflib
import functools
import os
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Protocol

BAD_INPUT = 2
INTERRUPTED = 130
BROKEN_PIPE = 141


class Main(Protocol):
    """A command: words of the command line in, `sys.argv[1:]` where left out; the exit status out."""

    def __call__(self, argv: list[str] | None = None) -> int: ...


def cli_command(name: str) -> Callable[[Callable[[list[str]], object]], Main]:
    """Makes the `main(argv=None) -> status` of a command.

    Bad input (`ValueError`, `OSError`) becomes one line on standard error and status 2; Ctrl-C ends with 130, a reader
    of the output that goes away with 141, neither with a traceback. TensorFlow's log lines stay off the screen unless
    `TF_CPP_MIN_LOG_LEVEL` is set.

    Args:
        name: What the user typed, such as `"textzoo train"`, which begins the error's line.
    """

    def decorate(run: Callable[[list[str]], object]) -> Main:
        @functools.wraps(run)
        def main(argv: list[str] | None = None) -> int:
            try:
                _hide_tensorflow_log()
                with warnings.catch_warnings():
                    warnings.showwarning = lambda message, *_: print(f"{name}: {message}", file=sys.stderr)
                    run(sys.argv[1:] if argv is None else argv)
                sys.stdout.flush()
                return 0
            except SystemExit as end:  # the parser's, after --help
                return end.code if isinstance(end.code, int) else 0
            except KeyboardInterrupt:
                print(f"{name}: interrupted", file=sys.stderr)
                return INTERRUPTED
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to flush at exit
                return BROKEN_PIPE
            except (ValueError, OSError) as error:
                print(f"{name}: {_one_line(error)}", file=sys.stderr)
                return BAD_INPUT

        return main

    return decorate


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split())


def _hide_tensorflow_log() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")


def select_subcommand(prog: str, what: str, known: Mapping[str, str], argv: list[str]) -> str | None:
    """The name that the command line begins with; None after the help was printed, where it asks for that.

    Args:
        prog: The command so far.
        what: What the names are, such as `"command"`.
        known: Names and what each does, a line.
        argv: Words of the command line.

    Raises:
        ValueError: The name is unknown; the nearest is named.
    """
    if not argv or argv[0] in ("-h", "--help"):
        width = max(map(len, known))
        print(f"usage: {prog} {what.upper()} ...\n")
        print("\n".join(f"  {name:{width}}  {line}" for name, line in known.items()))
        print(f"\n{prog} {what.upper()} --help says more.")
        return None
    if argv[0] not in known:
        nearest = difflib.get_close_matches(argv[0], known, n=1)
        hint = f" Did you mean {nearest[0]}?" if nearest else ""
        raise ValueError(f"Expected a {what}: {', '.join(known)}. Received: {argv[0]}.{hint}")
    return argv[0]
