"""Packaging: `textzoo/` holds a relative link to each of its sub-packages, the top-level folders."""

from setuptools import find_packages, setup

setup(
    packages=find_packages(include=["textzoo", "textzoo.*"]),
    package_data={
        "textzoo": ["py.typed"],
        "textzoo.data.sample_corpus": ["patterns/*.txt"],
        "textzoo.models.presets": ["*/*", "*/reader/*"],
        "textzoo.reports": ["*.html", "*.js"],
        "textzoo.serving.page": ["*.html", "*.js", "*.css"],
    },
)
