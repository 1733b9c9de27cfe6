"""Files of requirements agree with pyproject.toml."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_light_requirements_are_some_of_the_package():
    lines = (ROOT / "requirements-light.txt").read_text().splitlines()
    light = {line for line in lines if not line.startswith("#")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert light < set(project["dependencies"])
    assert not {line.split(">")[0] for line in light} & {"tensorflow", "keras", "h5py"}
