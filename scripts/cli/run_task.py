"""Commands of several tasks, such as `textzoo train TASK`."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from textzoo.scripts.cli.arguments import parse_arguments
from textzoo.scripts.cli.command import example_lines, select_subcommand


class TaskCommand(NamedTuple):
    """A task of a command: the dataclass of its arguments, the function that runs it, and a one-line summary."""

    arguments_class: type
    run: Callable[[Any], object]
    summary: str


def run_task(tasks: Mapping[str, TaskCommand], argv: list[str], *, prog: str) -> None:
    """Runs the task that the command line begins with, or prints the help of the command.

    The help begins with the first example of each task.

    Args:
        tasks: Tasks by name.
        argv: Words of the command line.
        prog: The command so far, such as `"textzoo train"`.

    Raises:
        ValueError: As `select_subcommand` and `parse_arguments`.
    """
    summaries = {name: task.summary for name, task in tasks.items()}
    examples = [example_lines(task.arguments_class.__module__)[0] for task in tasks.values()]
    if name := select_subcommand(summaries, argv, prog=prog, kind="task", examples=examples):
        task = tasks[name]
        task.run(parse_arguments(task.arguments_class, argv[1:], prog=f"{prog} {name}"))
