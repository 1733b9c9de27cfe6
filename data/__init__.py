"""From text to ids: tokenizer, readers of the public formats, cutting, batching, the sample corpus."""

from .bad_record import BadRecord as BadRecord
from .batches import batches as batches
from .batches import epoch_plan as epoch_plan
from .batches import pad_batch as pad_batch
from .buckets import BUCKETS as BUCKETS
from .buckets import bucket as bucket
from .build_vocabulary import build_vocabulary as build_vocabulary
from .cut_passage import Piece as Piece
from .cut_passage import cut_passage as cut_passage
from .find_answer import find_answer as find_answer
from .join_words import join_words as join_words
from .multilabel_example import MultiLabelExample as MultiLabelExample
from .multilabel_report import MultiLabelExamples as MultiLabelExamples
from .multilabel_report import MultiLabelReport as MultiLabelReport
from .qa_example import QAExample as QAExample
from .qa_report import QAExamples as QAExamples
from .qa_report import QAReport as QAReport
from .read_multilabel import read_multilabel as read_multilabel
from .read_qa import read_qa as read_qa
from .read_texts import read_texts as read_texts
from .sample_corpus import sample_corpus as sample_corpus
from .text_file import open_text as open_text
from .title_example import TitleExample as TitleExample
from .tokenizer import Encoding as Encoding
from .tokenizer import Tokenizer as Tokenizer
from .tokenizer import Tokens as Tokens
