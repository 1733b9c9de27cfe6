"""The preprocessors, registered with Keras: they are saved with their models."""

import keras

from ..data.preprocessors import ExtractiveQAPreprocessor as ExtractiveQAPreprocessor
from ..data.preprocessors import GapSentencePreprocessor as GapSentencePreprocessor
from ..data.preprocessors import MaskedLMPreprocessor as MaskedLMPreprocessor
from ..data.preprocessors import MultiLabelPreprocessor as MultiLabelPreprocessor
from ..data.preprocessors import QAPreprocessor as QAPreprocessor
from ..data.preprocessors import TitlePreprocessor as TitlePreprocessor

for preprocessor_class in (
    ExtractiveQAPreprocessor,
    GapSentencePreprocessor,
    MaskedLMPreprocessor,
    MultiLabelPreprocessor,
    QAPreprocessor,
    TitlePreprocessor,
):
    keras.saving.register_keras_serializable(package="textzoo")(preprocessor_class)
