"""Self-contained HTML pages and SVG drawings."""

from .alignment_page import alignment_page as alignment_page
from .qa_page import QAPassage as QAPassage
from .qa_page import qa_page as qa_page
from .review_page import review_page as review_page
from .search_tree_page import search_tree_page as search_tree_page
from .search_tree_page import search_tree_sections as search_tree_sections
from .search_tree_svg import search_tree_svg as search_tree_svg
from .training_plot import training_plot as training_plot
