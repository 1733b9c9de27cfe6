"""Effects of `import textzoo` on the process."""

import os
import subprocess
import sys

import pytest

import textzoo

SCRIPT = "import os, sys, textzoo; print(os.environ['TF_ENABLE_ONEDNN_OPTS'], 'tensorflow' in sys.modules)"


@pytest.mark.parametrize(("given", "seen"), [(None, "1"), ("0", "0")])
def test_the_fast_kernels_are_on_unless_told_otherwise(given, seen):
    environment = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    environment |= {} if given is None else {"TF_ENABLE_ONEDNN_OPTS": given}
    run = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.split() == [seen, "False"]


def test_folders_are_attributes_of_the_package():
    assert textzoo.losses.ZLPR.__name__ == "ZLPR" and "losses" in dir(textzoo)
    with pytest.raises(AttributeError, match="no attribute 'loses'"):
        _ = textzoo.loses
