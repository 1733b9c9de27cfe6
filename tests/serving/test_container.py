"""The container's requirements are those of the package."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_requirements_of_the_service_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    serve = set(project["optional-dependencies"]["serve"])
    lines = (ROOT / "requirements-serve.txt").read_text(encoding="utf-8").splitlines()
    required = {line for line in lines if not line.startswith(("#", "-r requirements-light.txt"))}
    assert serve <= required <= {*project["dependencies"], *serve}


def test_the_dockerfile_runs_its_command_directly_as_a_user_without_rights():
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^FROM \S+ AS (\w+)", text, re.MULTILINE) == ["build", "light", "full"]
    assert re.findall(r"^USER (\w+)", text, re.MULTILINE)[-1] == "textzoo"
    assert re.search(r'^ENTRYPOINT \["textzoo", "serve"', text, re.MULTILINE) and "HEALTHCHECK" in text
