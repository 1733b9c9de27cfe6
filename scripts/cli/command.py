"""Entry points of commands: exit statuses, one-line errors and the choice of a subcommand."""

import contextlib
import difflib
import errno
import functools
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Protocol

BAD_INPUT = 2
INTERRUPTED = 130
BROKEN_PIPE = 141
NO_SPACE = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
DISTRIBUTIONS = {"ot": "POT", "yaml": "PyYAML", "rouge_score": "rouge-score"}  # where a module has another name

_held_resources: ContextVar[contextlib.ExitStack | None] = ContextVar("_held_resources", default=None)


class Main(Protocol):
    """A command: takes the words of the command line (`sys.argv[1:]` if None) and returns the exit status."""

    def __call__(self, argv: list[str] | None = None) -> int: ...


def cli_command(name: str) -> Callable[[Callable[[list[str]], object]], Main]:
    """Returns a decorator that makes the `main(argv=None) -> status` of a command.

    Bad input (`ValueError`, `OSError`) and a missing package print one line on standard error and return 2. Ctrl-C
    returns 130 and a closed output pipe 141, neither with a traceback. Warnings are one line each. TensorFlow's log is
    hidden unless `TF_CPP_MIN_LOG_LEVEL` is set.

    Args:
        name: The command as the user types it, such as `"textzoo train"`. Error lines begin with it.
    """

    def decorate(run: Callable[[list[str]], object]) -> Main:
        @functools.wraps(run)
        def main(argv: list[str] | None = None) -> int:
            try:
                _hide_tensorflow_log()
                with warnings.catch_warnings(), _holding_resources():
                    for category in (DeprecationWarning, SyntaxWarning):  # of libraries, for their developers
                        warnings.simplefilter("ignore", category)
                    warnings.showwarning = lambda message, *_: print(f"{name}: {message}", file=sys.stderr)
                    run(sys.argv[1:] if argv is None else argv)
                print(end="", flush=True)  # does nothing if standard output is closed
                return 0
            except SystemExit as end:  # raised by the parser after --help
                return end.code if isinstance(end.code, int) else 0
            except KeyboardInterrupt:
                _complain(f"{name}: interrupted")
                return INTERRUPTED
            except BrokenPipeError:
                _discard(sys.stdout)
                return BROKEN_PIPE
            except (ValueError, OSError) as error:
                _complain(f"{name}: {_one_line(error)}")
                return BAD_INPUT
            except ModuleNotFoundError as error:
                module = (error.name or "").partition(".")[0]
                if module in ("", "textzoo"):
                    raise
                package = DISTRIBUTIONS.get(module, module)
                _complain(f"{name}: this needs the Python package {package}; pip install {package}")
                return BAD_INPUT
            except MemoryError:
                _complain(f"{name}: out of memory; use smaller batches or shorter files")
                return BAD_INPUT

        return main

    return decorate


def hold_until_end(resource: contextlib.AbstractContextManager) -> None:
    """Enters a context manager, which the end of the running command exits."""
    held = _held_resources.get()
    if held is None:
        raise RuntimeError("Expected a running command, see cli_command. Received: a call outside.")
    held.enter_context(resource)


@contextlib.contextmanager
def _holding_resources() -> Iterator[None]:
    with contextlib.ExitStack() as held:
        token = _held_resources.set(held)
        try:
            yield
        finally:
            _held_resources.reset(token)


def _complain(line: str) -> None:
    """Prints a line on standard error, unless nobody can read it."""
    if sys.stderr is not None:
        try:
            print(line, file=sys.stderr, flush=True)
        except OSError:
            _discard(sys.stderr)


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if isinstance(error, OSError) and error.errno in NO_SPACE:  # writers of files name them
        _discard(sys.stdout)
        return f"standard output: {error.strerror}"
    return " ".join(str(error).split())


def _discard(stream: Any) -> None:
    """Makes the flush of a standard stream at the end of the process succeed."""
    with contextlib.suppress(OSError):  # a stream without a descriptor, as in a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _hide_tensorflow_log() -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")


def example_lines(module: str) -> list[str]:
    """Returns the example commands of a module: the lines of its docstring, after the first, that begin with textzoo.

    Args:
        module: Name of the imported module.
    """
    lines = (sys.modules[module].__doc__ or "").splitlines()[1:]
    return [line.strip() for line in lines if line.strip().startswith("textzoo ")]


def show_examples(examples: Sequence[str]) -> str:
    """Returns the lines with which a help begins."""
    return "\n".join(["examples:", *(f"  {example}" for example in examples)]) + "\n"


def select_subcommand(
    summaries: Mapping[str, str], argv: list[str], *, prog: str, kind: str, examples: Sequence[str]
) -> str | None:
    """Returns the name that the command line begins with, or prints the help and returns None.

    Args:
        summaries: A one-line summary by name.
        argv: Words of the command line. The help is printed if there are none, or if the first is `-h` or `--help`.
        prog: The command so far.
        kind: The names' kind, such as `"command"` or `"task"`.
        examples: Commands that the help begins with.

    Raises:
        ValueError: The name is unknown. The message lists all names and the nearest one.
    """
    if not argv or argv[0] in ("-h", "--help"):
        width = max(map(len, summaries))
        print(show_examples(examples))
        print(f"usage: {prog} {kind.upper()} ...\n")
        print("\n".join(f"  {name:{width}}  {summary}" for name, summary in summaries.items()))
        print(f"\nRun {prog} {kind.upper()} --help for details.")
        return None
    if argv[0] not in summaries:
        nearest = difflib.get_close_matches(argv[0], summaries, n=1)
        suggestion = f" Did you mean {nearest[0]}?" if nearest else ""
        raise ValueError(f"Unknown {kind} {argv[0]}; choose one of {', '.join(summaries)}.{suggestion}")
    return argv[0]
