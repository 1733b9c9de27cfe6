"""Learning-rate schedule of BERT fine-tuning: linear warmup, then linear decay."""

import keras
from keras import ops

from ..data.check_types import check_types


@keras.saving.register_keras_serializable(package="textzoo")
class WarmupLinearDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Learning rate that rises linearly to its peak and falls linearly to zero.

        rate(t) = peak · min((t + 1) / warmup_steps, (total_steps - t) / (total_steps - warmup_steps)),  at least 0

    Steps are calls of the optimizer, including those that only accumulate gradients.

    Args:
        peak: float > 0. The highest rate.
        total_steps: int. Steps until the rate is 0.
        warmup_steps: int, less than `total_steps`. Steps of the rise.

    Raises:
        ValueError: not 0 <= warmup_steps < total_steps.

    Example:

    >>> schedule = WarmupLinearDecay(1.0, total_steps=6, warmup_steps=2)
    >>> [round(float(schedule(step)), 2) for step in range(8)]
    [0.5, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0]

    Reference:
        Devlin et al., arXiv 1810.04805, appendix A.2.
    """

    @check_types
    def __init__(self, peak: float, total_steps: int, *, warmup_steps: int = 0):
        super().__init__()
        if not 0 <= warmup_steps < total_steps:
            raise ValueError(
                f"Expected 0 <= warmup_steps < total_steps. Received: warmup_steps={warmup_steps}, "
                f"total_steps={total_steps}"
            )
        self.peak = peak
        self.total_steps = total_steps
        self.warmup_steps = warmup_steps

    def __call__(self, step):
        step = ops.cast(step, "float32")
        rise = (step + 1.0) / max(self.warmup_steps, 1)
        fall = (self.total_steps - step) / (self.total_steps - self.warmup_steps)
        return self.peak * ops.clip(ops.minimum(rise, fall), 0.0, 1.0)

    def get_config(self):
        return {"peak": self.peak, "total_steps": self.total_steps, "warmup_steps": self.warmup_steps}
