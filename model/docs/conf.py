"""How the site is built: ``sphinx-build -W --keep-going model/docs site``, offline and strict."""

import sys
from pathlib import Path

import matplotlib

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "model")]
matplotlib.use("Agg")

# Only now is the package of this checkout on the path.
import greatpowers  # noqa: E402

project = "greatpowers"
author = "the greatpowers authors"
copyright = author
version = release = greatpowers.__version__
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "sphinxarg.ext",
    "site_parts",
]
exclude_patterns = ["plots", "gallery/*.py", "gallery/*.ipynb", "**.ipynb_checkpoints"]

# Notebooks are shown as they were when they ran.
nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 88
default_role = "code"
smartquotes = False

sphinx_gallery_conf = {
    "examples_dirs": "plots",
    "gallery_dirs": "gallery",
    "download_all_examples": False,
    "show_memory": False,
    "write_computation_times": False,
    "min_reported_time": 1e9,
    "abort_on_example_error": True,
    "remove_config_comments": True,
}

html_theme = "pydata_sphinx_theme"
html_title = "greatpowers"
html_favicon = str(next((ROOT / "model").rglob("icon.svg")))
html_static_path = ["static"]
html_css_files = ["site.css"]
html_sidebars = {page: [] for page in ("index", "science", "findings", "faq", "cite", "contributing", "changelog")}
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "greatpowers"},
    "navbar_align": "left",
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
}
myst_url_schemes = {"http": None, "https": None, "mailto": None, "source": None}
