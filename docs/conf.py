"""How the documentation is built: `make docs`. Nothing is fetched, and every warning is an error."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))

project = "lstmvis-widget"
author = "The lstmvis-widget authors"
project_copyright = author

extensions = [
    "sphinx.ext.autodoc",
    "numpydoc",
    "myst_nb",
    "stored",  # copies what stands elsewhere in the repository: notebooks, the method, the guide for developers
    "reference",  # writes a page for every public name
    "docstrings",  # has Sphinx read tables of docstrings
    "live",  # makes the widgets that are shown
    "descriptions",  # says in the head of each page what it is about
]
exclude_patterns = ["extensions", "README.md"]
nitpicky = True
suppress_warnings = ["mystnb.unknown_mime_type"]

default_role = "py:obj"
autodoc_typehints = "none"  # numpydoc lists the types
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

myst_enable_extensions = ["colon_fence", "deflist", "attrs_inline"]
myst_heading_anchors = 4
nb_execution_mode = "off"
nb_ipywidgets_js = {}  # its own come from a CDN; the pages show widgets in frames

html_title = "lstmvis-widget"
html_favicon = "_static/favicon.svg"
html_extra_path = ["404.html"]  # what a host shows where there is no page
toc_object_entries_show_parents = "hide"
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = [("live.js", {"defer": "defer"})]  # no module: a browser refuses these to pages that are files
html_copy_source = False
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_sidebars = {page: [] for page in ("index", "start", "method", "lstmvis")}  # they have no pages below them
html_theme_options = {
    "navbar_align": "left",
    "logo": {
        "image_light": "_static/logo-light.svg",
        "image_dark": "_static/logo-dark.svg",
        "text": "lstmvis-widget",
        "alt_text": "",
    },
    "header_links_before_dropdown": 5,
    "show_prev_next": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_toc_level": 2,
}
