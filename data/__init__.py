"""From text to ids: tokenizer, readers of the public formats, cutting, batching, the sample corpus."""

from .qa_example import QAExample as QAExample
from .tokenizer import Encoding as Encoding
from .tokenizer import Tokenizer as Tokenizer
from .tokenizer import Tokens as Tokens
