"""Settings of the site: python -m sphinx -W -b html docs build/site"""

import re
import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS), str(DOCS.parent)]

from api_pages import write_api_pages  # noqa: E402
from docutils import nodes  # noqa: E402
from docutils.utils.math.latex2mathml import tex2mathml  # noqa: E402

import textzoo  # noqa: E402

project = "textzoo"
author = copyright = "the authors of textzoo"
version = release = textzoo.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
myst_heading_anchors = 4
default_role = "code"
autosummary_generate = False
autodoc_inherit_docstrings = False  # Keras's are Markdown
autodoc_typehints = "none"  # the docstrings give types and shapes
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_custom_sections = [("Call arguments", "params_style"), "Details"]

html_math_renderer = "mathml"  # unlike MathJax, needs no network
html_theme = "sphinx_book_theme"
html_title = f"textzoo {version}"
html_show_sourcelink = False
html_theme_options = {"show_toc_level": 2, "use_download_button": False, "use_fullscreen_button": False}

SECTION = re.compile(r"(\.\. math:|Args|Attributes|Call arguments|Returns|Yields|Raises|Warns|Reference|Example):$")
DISPLAY_MATH = re.compile(r"^\$\$(.+?)\$\$", re.DOTALL | re.MULTILINE)
INLINE_MATH = re.compile(r"\$([^$]+)\$")
CODE = re.compile(r"(`[^`]*`)")


def docstring_to_rst(app, what, name, obj, options, lines: list[str]) -> None:
    """Makes reStructuredText of a docstring: indented formulas become literal, $ is math, code may touch a letter."""
    text = DISPLAY_MATH.sub(lambda tex: ".. math::\n\n   " + " ".join(tex[1].split()), "\n".join(lines))
    lines[:] = INLINE_MATH.sub(r":math:`\1`", text).split("\n")
    rst: list[str] = []
    last_unindented, in_example, in_formula = "", False, False
    for line in lines:
        blank, indented = not line.strip(), line.startswith(" ")
        in_example = not blank and (in_example or line.lstrip().startswith(">>>"))
        if not blank and not indented:
            last_unindented, in_formula = line, False
        elif indented and rst and not rst[-1] and not SECTION.match(last_unindented) and not in_formula:
            in_formula = True
            rst += ["::", ""]
        if not in_example and not in_formula and last_unindented != ".. math::":
            parts = CODE.split(line)  # text, code, text, ...
            parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
            parts[2::2] = ["\\ " + part if part[:1].isalnum() else part for part in parts[2::2]]
            line = "".join(parts)
        rst.append(line)
    lines[:] = rst


def skip_fields_of_named_tuples(app, what, name, obj, skip, options) -> bool:
    """Returns whether a member is left out: the class's docstring explains the fields of a named tuple."""
    return skip or (obj.__doc__ or "").startswith("Alias for field number")


def write_mathml(writer, node) -> None:
    as_block = isinstance(node, nodes.math_block)
    writer.body.append(f"<p>{tex2mathml(node.astext(), as_block=True)}</p>" if as_block else tex2mathml(node.astext()))
    raise nodes.SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (write_mathml, None), (write_mathml, None))
    write_api_pages(DOCS / "api")
    app.connect("autodoc-skip-member", skip_fields_of_named_tuples)
    app.connect("autodoc-process-docstring", docstring_to_rst, priority=400)  # before napoleon
