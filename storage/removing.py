"""Removing the files of a meeting, whatever has become of its folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def remove_files(path: Path) -> None:
    """A folder with all in it, or what somebody has put in its place."""
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    try:
        shutil.rmtree(path)
    except PermissionError:  # a file that Windows keeps because it is read-only, or a folder that may not be listed
        path.chmod(0o700)
        for root, folders, files in os.walk(path):
            for entry in (Path(root, name) for name in (*folders, *files)):
                if not entry.is_symlink():
                    entry.chmod(0o700)
        shutil.rmtree(path)
