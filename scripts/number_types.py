"""Numbers within limits, as the fields of settings declare them; type checkers see plain ones."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    PositiveInt = NonNegativeInt = int
    PositiveFloat = NonNegativeFloat = ClosedUnitInterval = float
else:
    from jsonargparse.typing import (  # noqa: F401
        ClosedUnitInterval,
        NonNegativeFloat,
        NonNegativeInt,
        PositiveFloat,
        PositiveInt,
    )
