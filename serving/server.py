"""The server: one process, or several that share a socket."""

import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .json_log import log_config
from .metrics import FOLDER_VARIABLE
from .served_models import ServedModels
from .service_limits import ServiceLimits

KEEP_ALIVE_SECONDS = 5
STOP_SECONDS = 10  # beyond the deadline of requests, until a stopping worker gives up its callers


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """Options of the server.

    Args:
        host: Address to listen on.
        port: int. Port; 0 takes a free one.
        workers: int. Processes, each with the models.
        token: Bearer token that requests must have; None: any request is answered.
        log_texts: Whether the log may hold texts.
        limits: Limits of one process.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    token: str | None = None
    log_texts: bool = False
    limits: ServiceLimits = ServiceLimits()


class WorkerApp:
    """The ASGI application of a worker, which loads the models when the worker starts.

    Args:
        load: Loads the models; several workers need one that can be pickled.
        options: Options of the server.
    """

    def __init__(self, load: Callable[[], ServedModels], options: ServerOptions):
        self._load, self._options, self._app = load, options, None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            assert self._app is not None
            await self._app(scope, receive, send)
            return
        await receive()
        try:
            self.open()
        except (ValueError, OSError) as error:
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})

    def open(self) -> None:
        """Loads the models, unless they are."""
        from .app import create_app

        if self._app is None:
            from ..similarity.transport import import_solver

            import_solver()  # so that no request waits for it
            options, models = self._options, self._load()
            models.warm_up()
            self._app = create_app(models, limits=options.limits, token=options.token, log_texts=options.log_texts)


def run_server(load: Callable[[], ServedModels], options: ServerOptions) -> None:
    """Serves until SIGTERM or SIGINT; then answers the requests in progress and returns.

    A worker that dies is replaced. Its requests in progress fail, those of other workers do not.

    Args:
        load: Loads the models, in each worker; several workers need a function that can be pickled.
        options: Options.

    Raises:
        ValueError: The address is in use, or the models cannot be loaded.
    """
    from uvicorn import Config, Server

    from .connection_timeouts import TimedProtocol
    from .workers import run_workers

    with tempfile.TemporaryDirectory(prefix="textzoo-serve-") as folder:
        os.environ[FOLDER_VARIABLE] = folder
        app = WorkerApp(load, options)
        if options.workers == 1:
            app.open()
        listener = _listen(options.host, options.port)
        host, port = listener.getsockname()[:2]
        config = Config(
            app,
            host=host,
            port=port,
            http=TimedProtocol,
            ws="none",
            loop="asyncio",
            lifespan="on",
            interface="asgi3",
            log_config=log_config(),
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=round(options.limits.deadline) + STOP_SECONDS,
        )
        print(f"http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
        if options.workers == 1:
            Server(config).run(sockets=[listener])
        else:
            run_workers(config, listener, options.workers)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        raise ValueError(f"Cannot listen on {host}, port {port}: {error}; choose another --host or --port.") from None
    listener.listen(1024)
    listener.set_inheritable(True)
    return listener
