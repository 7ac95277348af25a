"""Where Folkmoot keeps things on this machine. Knowing a path creates nothing; `Paths.create` does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from app.domain.disk import disk_error
from app.domain.errors import StorageError

HOME_VARIABLE = "FOLKMOOT_HOME"
_APP = "Folkmoot"


@dataclass(frozen=True, slots=True)
class Paths:
    """`data` is the root of the library, with `library.db` and `meetings/`; it is what `Library` is given."""

    data: Path
    config: Path
    cache: Path
    logs: Path

    @classmethod
    def default(cls, environ: Mapping[str, str] = os.environ) -> Paths:
        """The platform's own folders, or everything below FOLKMOOT_HOME if set (portable use, tests)."""
        home = environ.get(HOME_VARIABLE, "").strip()
        if home:
            return cls.below(Path(home))
        dirs = platformdirs.PlatformDirs(_APP, appauthor=False)
        return cls(dirs.user_data_path, dirs.user_config_path, dirs.user_cache_path, dirs.user_log_path)

    @classmethod
    def below(cls, home: Path) -> Paths:
        """Everything in one folder. A relative one is taken from the current directory now, once."""
        home = home.expanduser().absolute()
        return cls(home, home, home / "cache", home / "logs")

    @property
    def library(self) -> Path:
        """The SQLite file with all meetings."""
        return self.data / "library.db"

    @property
    def meetings(self) -> Path:
        return self.data / "meetings"

    @property
    def models(self) -> Path:
        """Models the user downloaded or imported; the bundled starter kit lies inside the program."""
        return self.data / "models"

    @property
    def templates(self) -> Path:
        """The user's own templates of minutes, if there are any."""
        return self.data / "templates"

    @property
    def settings(self) -> Path:
        """The file of the user's settings."""
        return self.config / "settings.json"

    def meeting(self, meeting_id: str) -> Path:
        """The folder of one meeting's files."""
        return self.meetings / meeting_id

    def create(self) -> None:
        """Make all folders that are missing. Raises `StorageError` when one cannot be made."""
        for folder in (self.data, self.meetings, self.models, self.config, self.cache, self.logs):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                failed = disk_error("Folkmoot's folder could not be created", folder, error)
                more = f" {HOME_VARIABLE} can name another place for everything Folkmoot keeps."
                raise StorageError(failed.what, failed.to_do + more) from error
