"""Log in lines of JSON on standard error."""

import json
import logging
import os
import time
from typing import Any


class JSONFormatter(logging.Formatter):
    """Formats a record as a line of JSON: time, level, process, event and its fields.

    Example:

    >>> record = logging.makeLogRecord({"msg": "request", "levelname": "INFO", "fields": {"status": 200}})
    >>> line = json.loads(JSONFormatter().format(record))
    >>> line["event"], line["status"]
    ('request', 200)
    """

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {"time": f"{moment}.{int(record.msecs):03d}Z", "level": record.levelname.lower(), "pid": os.getpid()}
        line |= {"event": record.getMessage()} | getattr(record, "fields", {})
        return json.dumps(line, ensure_ascii=False)


def log_config() -> dict[str, Any]:
    """Returns the settings of `logging` for uvicorn and the service."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JSONFormatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {
            name: {"handlers": ["stderr"], "level": level, "propagate": False}
            for name, level in (("uvicorn", "WARNING"), ("textzoo.serving", "INFO"))
        },
    }
