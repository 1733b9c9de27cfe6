"""Packaging: the top-level folders become sub-packages of `textzoo`."""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
FOLDERS = ["data", "layers", "losses", "generation", "similarity", "models", "training", "evaluation", "scripts"]

folder_packages = find_packages(str(ROOT), include=[pattern for name in FOLDERS for pattern in (name, f"{name}.*")])

setup(
    packages=["textzoo"] + [f"textzoo.{package}" for package in folder_packages],
    package_dir={"textzoo": "textzoo"} | {f"textzoo.{name}": name for name in FOLDERS},
    package_data={
        "textzoo": ["py.typed"],
        "textzoo.data.sample_corpus": ["patterns/*.txt"],
        "textzoo.models": ["presets/*/*"],
        "textzoo.evaluation": ["*.html", "*.js"],
    },
)
