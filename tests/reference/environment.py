"""A virtual environment of its own for the package qwen-asr, which needs another transformers than we do."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib.metadata import version
from pathlib import Path

PACKAGE = "qwen-asr==0.0.6"
CPU_TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
RUNNER = Path(__file__).with_name("runner.py")


def python_in(cache: Path) -> Path:
    """The environment's Python; made if it is not there, which takes about a minute and needs the network."""
    folder = cache / "environment"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = folder / "complete.txt"
    if done.is_file():
        return python
    print(f"Installing {PACKAGE} into {folder}", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    # The same build of torch as here, or the numbers could differ for no reason of ours.
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "1"]
    subprocess.run([*pip, "--extra-index-url", CPU_TORCH_INDEX, f"torch=={version('torch')}"], check=True)
    subprocess.run([*pip, PACKAGE], check=True)
    done.write_text(PACKAGE, encoding="utf-8")
    return python


def run(cache: Path, job: Path, answer: Path, timeout_s: float = 1800) -> None:
    """Let the package do what stands in the file `job`; `runner.py` says what that may be."""
    command = [str(python_in(cache)), str(RUNNER), str(job), str(answer)]
    subprocess.run(command, check=True, timeout=timeout_s)
