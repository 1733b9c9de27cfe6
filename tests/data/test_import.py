import subprocess
import sys


def test_the_readers_import_neither_keras_nor_tensorflow():
    code = "import sys, textzoo.data; print(sorted({'tensorflow', 'keras', 'jieba'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
