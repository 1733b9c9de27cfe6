"""Saving and loading of models in preset folders, and the presets that ship with the package."""

from ...data.find_preset import find_preset as find_preset
from ...data.find_preset import known_presets as known_presets
from .conversion_losses import conversion_losses as conversion_losses
from .load_encoder import load_encoder as load_encoder
from .preset_folder import save_to_preset as save_to_preset
from .stored_weights import stored_weights as stored_weights
