"""textzoo serve: answer HTTP requests with models, and show them on a web page.

    textzoo serve tiny-zh
    textzoo serve runs/qa runs/title --workers 4 --port 8000

The page is at http://127.0.0.1:8000/, the description of all requests at /openapi.json.
"""

import contextlib
import functools
import importlib.util
import io
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from textzoo.scripts.cli.arguments import (
    DataPath,
    ModelPath,
    NonNegativeInt,
    PositiveInt,
    Text,
    parse_arguments,
)
from textzoo.scripts.cli.command import cli_command
from textzoo.scripts.cli.distance_options import EmbedderOptions, open_embedder
from textzoo.scripts.cli.engine import open_model
from textzoo.serving.service_limits import ServiceLimits

SERVED_TASKS = ("QAGenerator", "TitleGenerator", "ExtractiveQA", "MultiLabelClassifier")
NEEDED = ("fastapi", "uvicorn", "prometheus_client")


@dataclass(frozen=True, kw_only=True)
class Serve(EmbedderOptions, ServiceLimits):
    """Answer HTTP requests with models, and show them on a web page, until SIGTERM or Ctrl-C.

    Args:
        model: Folders of trained models, or names of presets; each serves all of its tasks.
        vectors: File of word vectors for distances, in word2vec's text or binary format or in GloVe's.
        encoder: Folder or preset of the encoder for distances; by default that of the first model.
        index: Folder of `textzoo index`, for search by the vectors or the encoder for distances.
        engine: light runs models by ONNX Runtime; keras runs every model.
        host: Address to listen on. The default answers this machine only; 0.0.0.0 answers all.
        port: Port; 0 takes a free one.
        workers: Processes, each with all models; about one per core.
        token_file: File of a token that requests must have, in the header "Authorization: Bearer TOKEN".
        log_texts: Write the bodies of requests to the log, to find a fault.
    """

    model: list[ModelPath] = field(metadata={"positional": True})
    index: ModelPath | None = None
    engine: Literal["light", "keras"] = "light"
    host: Text = "127.0.0.1"
    port: NonNegativeInt = 8000
    workers: PositiveInt = 1
    token_file: DataPath | None = None
    log_texts: bool = False

    def __post_init__(self):
        if missing := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
            raise ValueError(f"textzoo serve needs {', '.join(missing)}; pip install 'textzoo[serve]'")
        if self.layers and self.encoder is None:
            raise ValueError("--layers needs --encoder")


def load_models(args: Serve) -> Any:
    """Loads the models of the command line, in the process that will run them."""
    with contextlib.redirect_stderr(io.StringIO()):  # the log holds lines of JSON only; /v1/models tells the engines
        return _load_models(args)


def _load_models(args: Serve) -> Any:
    from textzoo.data.find_preset import find_preset
    from textzoo.data.preset_config import READER, preset_classes, reader_folder
    from textzoo.data.qa.pair_quality import read_pair_quality
    from textzoo.serving.served_models import ANSWERS, PAIRS, ServedIndex, ServedModel, ServedModels

    models = []
    for preset in args.model:
        folder = find_preset(preset)
        classes = [name.rpartition(">")[2] for name in preset_classes(folder)]
        if not set(classes) & set(SERVED_TASKS):
            raise ValueError(
                f"{preset}: expected a model of {', '.join(SERVED_TASKS)}. Received: {', '.join(classes)}."
            )
        name, reader = folder.resolve().name, None
        if (path := reader_folder(folder)) is not None:
            model = open_model(ANSWERS, str(path), engine=args.engine)
            reader = ServedModel(f"{name}/{READER}", ANSWERS, args.engine, model)
        for task in classes:
            if task in SERVED_TASKS:
                model = open_model(task, preset, engine=args.engine)
                quality, pair_reader = (read_pair_quality(folder), reader) if task == PAIRS else (None, None)
                models.append(ServedModel(name, task, args.engine, model, quality, pair_reader))
        if reader is not None:
            models.append(reader)
    index = None
    if args.index is not None:
        from textzoo.scripts.cli.open_index import open_index

        encoder = args.encoder or args.model[0]
        opened = open_index(args.index, vectors=args.vectors, encoder=encoder, engine=args.engine)
        index = ServedIndex(Path(args.index).name, "none" if opened.details["vectors"] else args.engine, opened.top_k)
    return ServedModels(models, _embedder(args), index)


def _embedder(args: Serve) -> Any:
    from textzoo.serving.served_models import ServedModel

    names = ("vectors", "layers", "units", "stop_words", "user_dict", "engine")
    options = {name: getattr(args, name) for name in names}
    encoder = args.encoder if args.vectors else args.encoder or args.model[0]
    embed = open_embedder(EmbedderOptions(encoder=encoder, **options))
    if args.vectors:
        return ServedModel(Path(args.vectors).name, "WordEmbedder", "none", embed)
    return ServedModel(Path(str(encoder)).name, "ContextualEmbedder", args.engine, embed)


def serve(args: Serve) -> None:
    """Runs the server."""
    from textzoo.serving.server import ServerOptions, run_server

    token = None
    if args.token_file is not None:
        token = Path(args.token_file).read_text(encoding="utf-8").strip()
        if not token or not token.isascii():
            raise ValueError(f"{args.token_file}: expected a token of ASCII characters. Received: none.")
    elif args.host not in ("127.0.0.1", "::1", "localhost"):
        print(f"textzoo serve: {args.host} answers other machines without a token; see --token-file", file=sys.stderr)
    limits = ServiceLimits(**{field.name: getattr(args, field.name) for field in fields(ServiceLimits)})
    options = ServerOptions(
        host=args.host,
        port=args.port,
        workers=args.workers,
        token=token,
        log_texts=args.log_texts,
        limits=limits,
    )
    run_server(functools.partial(load_models, args), options)


@cli_command("textzoo serve")
def main(argv: list[str]) -> None:
    serve(parse_arguments(Serve, argv, prog="textzoo serve"))


if __name__ == "__main__":
    sys.exit(main())
