"""Limits of the service."""

from dataclasses import dataclass

from ..training.number_types import PositiveFloat, PositiveInt


@dataclass(frozen=True, kw_only=True)
class ServiceLimits:
    """Limits of one worker process of the service.

    Args:
        max_requests: Requests in progress per worker; further ones are refused with status 503.
        deadline: Seconds until an unfinished request is given up with status 504.
        max_texts: Maximum number of texts of a request.
        max_characters: Maximum number of characters of all texts of a request.
        max_body_bytes: Maximum size of a request's body.
        batch_size: Texts that a model computes at a time.

    Raises:
        ValueError: A limit is not positive.

    Example:

    >>> ServiceLimits(deadline=10).max_texts
    64
    """

    max_requests: PositiveInt = 64
    deadline: PositiveFloat = 60.0
    max_texts: PositiveInt = 64
    max_characters: PositiveInt = 100_000
    max_body_bytes: PositiveInt = 2**20
    batch_size: PositiveInt = 16

    def __post_init__(self):
        for name, value in vars(self).items():
            if value <= 0:
                raise ValueError(f"Expected {name} above 0. Received: {value}.")
