"""Limits of the service."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ServiceLimits:
    """Limits of one worker process of the service.

    Args:
        max_requests: int. Requests in progress; further ones are refused with status 503.
        deadline: float. Seconds until an unfinished request is given up with status 504.
        max_texts: int. Texts of a request.
        max_characters: int. Characters of all texts of a request.
        max_body_bytes: int. Size of a request's body.
        batch_size: int. Texts that a model computes at a time.

    Raises:
        ValueError: A limit is not positive.

    Example:

    >>> ServiceLimits(deadline=10).max_texts
    64
    """

    max_requests: int = 64
    deadline: float = 60.0
    max_texts: int = 64
    max_characters: int = 100_000
    max_body_bytes: int = 2**20
    batch_size: int = 16

    def __post_init__(self):
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"Expected {name} above 0. Received: {value}.")
