"""Temporary folders of fuzzed calls."""

import shutil

import pytest


@pytest.fixture(scope="module", autouse=True)
def caches(tmp_path_factory):
    """The user's cache folder is inside the folder of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.getbasetemp() / "cache"))
        yield


@pytest.fixture
def fresh_copy(tmp_path):
    """Returns a function that copies a folder to the same new place again and again."""

    def copy(source):
        target = tmp_path / "copy"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
        return target

    return copy
