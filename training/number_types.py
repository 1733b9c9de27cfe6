"""Types of settings: bounded numbers, which type checkers see as plain `int` and `float`, and dtype policies."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    PositiveInt = NonNegativeInt = int
    PositiveFloat = NonNegativeFloat = ClosedUnitInterval = float
else:
    from jsonargparse.typing import ClosedUnitInterval as ClosedUnitInterval
    from jsonargparse.typing import NonNegativeFloat as NonNegativeFloat
    from jsonargparse.typing import NonNegativeInt as NonNegativeInt
    from jsonargparse.typing import PositiveFloat as PositiveFloat
    from jsonargparse.typing import PositiveInt as PositiveInt

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16", "bfloat16"]
