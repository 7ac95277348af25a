"""dev.py decides rightly what to install, how, and what to start."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("folkmoot_dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


dev: Any = _load()

DEBIAN = 'ID=debian\nVERSION_ID="12"\n'
UBUNTU = "NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n"
MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n'
FEDORA = "ID=fedora\n"
ROCKY = 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'
ARCH = "ID=arch\n"
TUMBLEWEED = 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n'


class Hands:
    """Stands in for the person and for apt: remembers what was asked and run, and installs what is asked."""

    def __init__(self, missing: Sequence[str], answer: str = "", works: bool = True) -> None:
        self.missing = set(missing)
        self.answer = answer
        self.works = works
        self.asked: list[str] = []
        self.ran: list[list[str]] = []

    def look(self, need: Any) -> bool:
        return need.what not in self.missing

    def ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answer

    def install(self, command: Sequence[str]) -> bool:
        self.ran.append(list(command))
        if self.works:
            self.missing.clear()
        return self.works


def prepare(
    hands: Hands,
    manager: str = "apt-get",
    *,
    root: bool = False,
    sudo: bool = True,
    can_ask: bool = False,
    agreed: bool = False,
    settled: Sequence[str] = (),
) -> list[str]:
    left = dev.prepare_system(
        dev.needs("Linux", for_tests=True),
        settled,
        dev.Machine(manager, root, sudo, can_ask),
        agreed=agreed,
        look=hands.look,
        ask=hands.ask,
        install=hands.install,
    )
    return [need.what for need in left]


# -- The system -------------------------------------------------------------------------------------------


def test_a_complete_machine_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    hands = Hands([])
    assert prepare(hands, root=True) == []
    assert hands.ran == []
    assert hands.asked == []
    assert capsys.readouterr().out == ""


def test_root_on_debian_installs_what_is_missing_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    hands = Hands(["libxcb-cursor.so.0", "espeak-ng"])
    assert prepare(hands, root=True) == []
    assert hands.ran == [["apt-get", "install", "-y", "--no-install-recommends", "libxcb-cursor0", "espeak-ng"]]
    assert "Installing libxcb-cursor0 espeak-ng" in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "runs"), [("y", True), ("Yes ", True), ("", False), ("n", False)])
def test_a_user_on_debian_is_asked_first(answer: str, runs: bool, capsys: pytest.CaptureFixture[str]) -> None:
    hands = Hands(["libportaudio.so.2"], answer)
    left = prepare(hands, can_ask=True)
    assert len(hands.asked) == 1
    assert bool(hands.ran) == runs
    assert left == ([] if runs else ["libportaudio.so.2"])
    if runs:
        assert hands.ran[0][:2] == ["sudo", "apt-get"]
    assert "sudo apt-get install -y --no-install-recommends libportaudio2" in capsys.readouterr().out


def test_nobody_to_ask_means_being_told(capsys: pytest.CaptureFixture[str]) -> None:
    hands = Hands(["libportaudio.so.2"])
    assert prepare(hands) == ["libportaudio.so.2"]
    assert hands.ran == []
    assert hands.asked == []
    assert "Install with:\n    sudo apt-get install" in capsys.readouterr().out


def test_yes_is_consent() -> None:
    hands = Hands(["libportaudio.so.2"])
    assert prepare(hands, agreed=True) == []
    assert hands.asked == []
    assert hands.ran[0][0] == "sudo"


def test_without_sudo_nothing_can_be_run(capsys: pytest.CaptureFixture[str]) -> None:
    hands = Hands(["libportaudio.so.2"])
    assert prepare(hands, sudo=False, can_ask=True, agreed=True) == ["libportaudio.so.2"]
    assert hands.ran == []
    assert "libportaudio2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("dnf", "sudo dnf install xcb-util-wm libxcb espeak-ng"),
        ("pacman", "sudo pacman -S --needed xcb-util-wm libxcb espeak-ng"),
        ("zypper", "sudo zypper install libxcb-icccm4 libxcb-shape0 libxcb-xkb1 espeak-ng"),
    ],
)
def test_elsewhere_it_only_says_what_to_install(manager: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    hands = Hands(["libxcb-icccm.so.4", "libxcb-shape.so.0", "libxcb-xkb.so.1", "espeak-ng"])
    assert len(prepare(hands, manager, can_ask=True, agreed=True)) == 4
    assert hands.ran == []
    assert f"    {command}\n" in capsys.readouterr().out


def test_an_unknown_system_hears_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert prepare(Hands(["libEGL.so.1"]), "") == ["libEGL.so.1"]
    assert "libEGL.so.1 (Qt)" in capsys.readouterr().out


def test_what_failed_or_was_declined_is_not_tried_again() -> None:
    hands = Hands(["Xvfb"], works=False)
    assert prepare(hands, root=True) == ["Xvfb"]
    assert prepare(hands, root=True, settled=["Xvfb"]) == ["Xvfb"]
    assert len(hands.ran) == 1
    hands.missing.add("fonts")  # something new is missing
    prepare(hands, root=True, settled=["Xvfb"])
    assert len(hands.ran) == 2
    prepare(hands, root=True, settled=["Xvfb", "fonts"], agreed=True)
    assert len(hands.ran) == 3


@pytest.mark.parametrize(
    ("system", "os_release", "manager"),
    [
        ("Linux", DEBIAN, "apt-get"),
        ("Linux", UBUNTU, "apt-get"),
        ("Linux", MINT, "apt-get"),
        ("Linux", FEDORA, "dnf"),
        ("Linux", ROCKY, "dnf"),
        ("Linux", ARCH, "pacman"),
        ("Linux", TUMBLEWEED, "zypper"),
        ("Linux", "ID=nixos\n", ""),
        ("Linux", "", ""),
        ("Darwin", "", "brew"),
        ("Windows", "", "winget"),
    ],
)
def test_package_manager(system: str, os_release: str, manager: str) -> None:
    assert dev.package_manager(system, os_release) == manager


def test_needs_of_each_system() -> None:
    def names(system: str, for_tests: bool) -> list[str]:
        return [need.what for need in dev.needs(system, for_tests=for_tests)]

    for system in ("Windows", "Darwin"):  # wheels carry PortAudio and Qt's libraries
        assert names(system, False) == ["ensurepip"]
        assert names(system, True) == ["ensurepip", "espeak-ng"]
    only_tests = set(names("Linux", True)) - set(names("Linux", False))
    assert only_tests == {"Xvfb", "espeak-ng", "pulseaudio or pipewire-pulse"}
    assert {"libportaudio.so.2", "libpulse.so.0"} < set(names("Linux", False))


def test_a_machine_without_sound_server_gets_both_kinds() -> None:
    hands = Hands(["pulseaudio or pipewire-pulse"])
    prepare(hands, root=True)
    assert hands.ran[0][-4:] == ["pulseaudio", "pipewire-pulse", "wireplumber", "dbus-daemon"]


def test_looking_finds_what_is_there_and_only_that() -> None:
    def there(what: str) -> bool:
        return bool(dev.is_there(dev.Need(what, "", {})))

    assert not there("libfolkmoot-is-not-there.so.9")
    assert not there("folkmoot-is-not-there")
    if sys.platform == "linux":
        assert there("libc.so.6")
        assert there("sh")
        assert there("folkmoot-is-not-there or sh")
        assert not there("folkmoot-is-not-there or neither-is-this")


# -- The environment --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "noted", "present", "choice"),
    [
        ("", "", False, "cpu"),
        ("", "", True, "gpu"),
        ("gpu", "", False, "gpu"),
        ("cpu", "gpu", True, "cpu"),
        ("", "gpu", False, "gpu"),  # asked for once: not undone by the next call
    ],
)
def test_choice_of_torch(asked: str, noted: str, present: bool, choice: str) -> None:
    assert dev.choose_torch(asked, noted, lambda: present) == choice


def test_settings_of_tools_do_not_make_it_install_again() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert dev.fingerprint(text.replace("line-length = 120", "line-length = 90")) == dev.fingerprint(text)
    assert dev.fingerprint(text.replace("numpy>=1.26", "numpy>=2")) != dev.fingerprint(text)
    assert dev.torch_requirement(text).startswith("torch>=")


def test_an_environment_for_tests_will_do_for_running() -> None:
    wanted = {"project": "a", "python": "3.11.7", "torch": "cpu", "extras": []}
    with_dev = {**wanted, "extras": ["dev"]}
    assert dev.up_to_date(with_dev, wanted)
    assert not dev.up_to_date(wanted, with_dev)
    assert not dev.up_to_date({}, wanted)
    for key in ("project", "python", "torch"):
        assert not dev.up_to_date({**wanted, key: "other"}, wanted)


# -- The commands -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "env", "shown"),
    [
        ("Linux", {}, False),
        ("Linux", {"DISPLAY": ""}, False),
        ("Linux", {"DISPLAY": ":0"}, True),
        ("Linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("Linux", {"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "x"}, True),  # X forwarding
        ("Darwin", {}, True),
        ("Darwin", {"SSH_CONNECTION": "x"}, False),
        ("Windows", {}, True),
    ],
)
def test_where_a_window_can_be_shown(system: str, env: dict[str, str], shown: bool) -> None:
    assert dev.has_display(system, env) is shown


@pytest.mark.parametrize(
    ("line", "display", "arguments"),
    [
        ("run", True, []),
        ("run", False, ["demo"]),
        ("run --terminal", True, ["demo"]),
        ("run --terminal -- --json", True, ["demo", "--json"]),
        ("run -- process a.wav --json", False, ["process", "a.wav", "--json"]),
        ("run list", True, ["list"]),
    ],
)
def test_what_run_starts(line: str, display: bool, arguments: list[str]) -> None:
    options, extra = dev.parse(line.split())
    assert dev.run_arguments(extra, terminal=options.terminal, display=display) == arguments


def test_what_is_passed_on() -> None:
    assert dev.parse(["test", "--", "-k", "x", "--", "y"])[1] == ["-k", "x", "--", "y"]
    assert dev.parse(["test", "-k", "x", "--yes"])[1] == ["-k", "x"]
    assert dev.parse(["bench", "memory"])[1] == ["memory"]


def test_the_environment_variable_asks_for_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dev.parse(["run"])[0].torch == ""
    monkeypatch.setenv("FOLKMOOT_GPU", "1")
    assert dev.parse(["run"])[0].torch == "gpu"
    assert dev.parse(["run", "--cpu"])[0].torch == "cpu"


def test_clean_removes_what_can_be_made_again_and_nothing_else(tmp_path: Path) -> None:
    kept = ["app/a.py", ".git/x/__pycache__/y", "models/starter/kit/model.safetensors", "meeting.wav"]
    gone = [".venv/bin/python", "app/__pycache__/a.pyc", ".mypy_cache/x", "build/x", "folkmoot.egg-info/x"]
    for name in kept + gone:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    dev.command_clean(tmp_path)
    assert all((tmp_path / name).exists() for name in kept)
    assert not any((tmp_path / name).exists() for name in gone)
    assert sorted(p.name for p in tmp_path.iterdir()) == [".git", "app", "meeting.wav", "models"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_clean_does_not_follow_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious.txt").write_text("x")
    root = tmp_path / "project"
    root.mkdir()
    (root / ".venv").symlink_to(elsewhere)
    dev.command_clean(root)
    assert (elsewhere / "precious.txt").exists()
    assert not (root / ".venv").exists()
