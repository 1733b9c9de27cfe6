"""What `fit` is helped by: schedules, optimizers, callbacks, gradient penalty."""
