"""Types of settings that are texts: paths by their use, and other text. Type checkers see plain `str`."""

import enum
from typing import Annotated


class TextUse(enum.Enum):
    """Use of a text in a command's arguments."""

    DATA = "file or folder that is read"
    MODEL = "folder of a model that is read, name of a preset, or address of the hub"
    OUTPUT_FILE = "file that is written and must not exist"
    RESUMABLE_FILE = "file that is written, with a progress file beside it while it is incomplete"
    OUTPUT_FOLDER = "folder that is written"
    OTHER = "no path"


DataPath = Annotated[str, TextUse.DATA]
ModelPath = Annotated[str, TextUse.MODEL]
OutputFile = Annotated[str, TextUse.OUTPUT_FILE]
ResumableFile = Annotated[str, TextUse.RESUMABLE_FILE]
OutputFolder = Annotated[str, TextUse.OUTPUT_FOLDER]
Text = Annotated[str, TextUse.OTHER]
