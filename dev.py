#!/usr/bin/env python3
"""One command from a bare machine to a running Folkmoot. Standard library only; Windows, macOS, Linux.

    python3 dev.py run        the window, or where there is no display the sample meeting in the terminal
    python3 dev.py test       ruff, mypy, import-linter, pytest
    python3 dev.py bench      the benchmark
    python3 dev.py translate  bring the translations up to date with the code
    python3 dev.py clean      remove .venv, caches and build outputs (never recordings, models or settings)

The first call makes `.venv`, installs the project into it, and sees to what the system lacks. Later calls
find a note of that in `.venv` and go straight to work. What follows `--` is passed on.

The order of things: `main` → `prepare` (system, then environment) → `hand_over` to the real program.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import importlib.util
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
NOTE = VENV / "folkmoot-setup.json"  # what was installed, so that it is not installed again
CPU_TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
OLDEST_PYTHON = (3, 11)


# ---------------------------------------------------------------------------------------------------------
# What the system must provide


@dataclass(frozen=True)
class Need:
    """Something pip cannot install. `packages` names it for each package manager that has it."""

    what: str  # a soname (it has ".so."), a command ("this or that": any of them), FONTS, or ENSUREPIP
    why: str
    packages: Mapping[str, str]  # several are separated by spaces


FONTS, ENSUREPIP = "fonts", "ensurepip"
LINUX_MANAGERS = ("apt-get", "dnf", "pacman", "zypper")

# Wheels for Windows and macOS carry PortAudio and all that Qt needs, so this table is for Linux only. Its Qt
# rows are the direct dependencies of Qt's GUI library and of its X11 plugin that wheels do not carry.
# what                     why      apt-get             dnf                  pacman               zypper
_LINUX = """
libportaudio.so.2          sound    libportaudio2       portaudio            portaudio            libportaudio2
libpulse.so.0              sound    libpulse0           pulseaudio-libs      libpulse             libpulse0
libEGL.so.1                Qt       libegl1             libglvnd-egl         libglvnd             Mesa-libEGL1
libGL.so.1                 Qt       libgl1              libglvnd-glx         libglvnd             Mesa-libGL1
libfontconfig.so.1         Qt       libfontconfig1      fontconfig           fontconfig           libfontconfig1
libdbus-1.so.3             Qt       libdbus-1-3         dbus-libs            dbus                 libdbus-1-3
libglib-2.0.so.0           Qt       libglib2.0-0        glib2                glib2                libglib-2_0-0
libxkbcommon.so.0          Qt       libxkbcommon0       libxkbcommon         libxkbcommon         libxkbcommon0
libxkbcommon-x11.so.0      Qt       libxkbcommon-x11-0  libxkbcommon-x11     libxkbcommon-x11     libxkbcommon-x11-0
libX11-xcb.so.1            Qt       libx11-xcb1         libX11-xcb           libx11               libX11-xcb1
libxcb-cursor.so.0         Qt       libxcb-cursor0      xcb-util-cursor      xcb-util-cursor      libxcb-cursor0
libxcb-icccm.so.4          Qt       libxcb-icccm4       xcb-util-wm          xcb-util-wm          libxcb-icccm4
libxcb-image.so.0          Qt       libxcb-image0       xcb-util-image       xcb-util-image       libxcb-image0
libxcb-keysyms.so.1        Qt       libxcb-keysyms1     xcb-util-keysyms     xcb-util-keysyms     libxcb-keysyms1
libxcb-render-util.so.0    Qt       libxcb-render-util0 xcb-util-renderutil  xcb-util-renderutil  libxcb-render-util0
libxcb-randr.so.0          Qt       libxcb-randr0       libxcb               libxcb               libxcb-randr0
libxcb-render.so.0         Qt       libxcb-render0      libxcb               libxcb               libxcb-render0
libxcb-shape.so.0          Qt       libxcb-shape0       libxcb               libxcb               libxcb-shape0
libxcb-shm.so.0            Qt       libxcb-shm0         libxcb               libxcb               libxcb-shm0
libxcb-sync.so.1           Qt       libxcb-sync1        libxcb               libxcb               libxcb-sync1
libxcb-xfixes.so.0         Qt       libxcb-xfixes0      libxcb               libxcb               libxcb-xfixes0
libxcb-xkb.so.1            Qt       libxcb-xkb1         libxcb               libxcb               libxcb-xkb1
fonts                      Qt       fonts-dejavu-core   dejavu-sans-fonts    ttf-dejavu           dejavu-fonts
Xvfb                       tests    xvfb                xorg-x11-server-Xvfb xorg-server-xvfb     xorg-x11-server-Xvfb
"""
LINUX_NEEDS = tuple(
    Need(what, why, dict(zip(LINUX_MANAGERS, packages, strict=True)))
    for what, why, *packages in (line.split() for line in _LINUX.strip().splitlines())
)
# Debian splits this module off; everybody else ships it with Python.
PIP_NEED = Need(
    ENSUREPIP, "to make .venv", {"apt-get": f"python{sys.version_info.major}.{sys.version_info.minor}-venv"}
)
SPEECH_NEED = Need(
    "espeak-ng",
    "tests",
    {**dict.fromkeys((*LINUX_MANAGERS, "brew"), "espeak-ng"), "winget": "eSpeak-NG.eSpeak-NG"},
)
# The tests start one of their own. A desktop has one of the two, and the other might take its place: leave it alone.
SERVER_NEED = Need(
    "pulseaudio or pipewire-pulse",
    "tests",
    {
        "apt-get": "pulseaudio pipewire-pulse wireplumber dbus-daemon",
        "dnf": "pipewire-pulseaudio wireplumber dbus-daemon",
        "pacman": "pipewire-pulse wireplumber dbus",
        "zypper": "pipewire-pulseaudio wireplumber dbus-1-daemon",
    },
)
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")


def needs(system: str, *, for_tests: bool) -> list[Need]:
    """What has to be there on `system` (as `platform.system()` names it)."""
    found = [PIP_NEED, *((*LINUX_NEEDS, SERVER_NEED) if system == "Linux" else ()), SPEECH_NEED]
    return [n for n in found if for_tests or n.why != "tests"]


def is_there(need: Need) -> bool:
    """Look, rather than ask a package manager: a library built by hand or put there by Nix is there too."""
    if need.what == ENSUREPIP:
        return importlib.util.find_spec(ENSUREPIP) is not None
    if need.what == FONTS:
        folders = (Path(f).expanduser() for f in FONT_FOLDERS)
        return any(p.suffix.lower() in {".ttf", ".otf", ".ttc"} for f in folders for p in f.rglob("*"))
    if ".so." not in need.what:
        return any(shutil.which(command) for command in need.what.split(" or "))
    try:
        ctypes.CDLL(need.what)  # what Qt's loader will do, with the same search path
    except OSError:
        return False
    return True


def package_manager(system: str, os_release: str) -> str:
    """The package manager to speak of, or "" where we know none. `os_release`: text of /etc/os-release."""
    if system == "Darwin":
        return "brew"
    if system == "Windows":
        return "winget"
    fields = dict(line.split("=", 1) for line in os_release.splitlines() if "=" in line)
    names = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".replace('"', "").lower().split()
    for manager, families in (
        ("apt-get", {"debian", "ubuntu"}),
        ("dnf", {"fedora", "rhel"}),
        ("pacman", {"arch"}),
        ("zypper", {"suse", "opensuse", "opensuse-tumbleweed", "opensuse-leap"}),
    ):
        if families & set(names):
            return manager
    return ""


def packages_for(missing: Iterable[Need], manager: str) -> list[str]:
    """Names of the packages, each once, in the order of the needs."""
    return list(dict.fromkeys(p for n in missing for p in n.packages.get(manager, "").split()))


def install_command(manager: str, packages: Sequence[str]) -> list[str]:
    """What brings the packages in, without `sudo`."""
    verb = {
        "apt-get": ["apt-get", "install", "-y", "--no-install-recommends"],
        "dnf": ["dnf", "install"],
        "pacman": ["pacman", "-S", "--needed"],
        "zypper": ["zypper", "install"],
        "brew": ["brew", "install"],
        "winget": ["winget", "install"],
    }[manager]
    return [*verb, *packages]


def describe(missing: Iterable[Need]) -> str:
    """For people: "libEGL.so.1 (Qt), Xvfb (tests)"."""
    return ", ".join(f"{n.what} ({n.why})" for n in missing)


@dataclass(frozen=True)
class Machine:
    """What decides how missing things get installed."""

    manager: str  # "apt-get", "dnf", …; "" if we know none
    root: bool
    sudo: bool
    can_ask: bool  # somebody sits at a terminal


def this_machine() -> Machine:
    os_release = Path("/etc/os-release")
    return Machine(
        package_manager(platform.system(), os_release.read_text("utf-8") if os_release.exists() else ""),
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
        sudo=shutil.which("sudo") is not None,
        can_ask=sys.stdin.isatty() and sys.stdout.isatty(),
    )


def decide(missing: Sequence[Need], machine: Machine, *, agreed: bool) -> tuple[str, list[str], str]:
    """The policy: on Debian install, as root or through `sudo` with consent; elsewhere say what to install.

    Returns what to do ("install", "ask" first, or only "tell"), the command, and what to say about it.
    """
    message = f"Missing on this system: {describe(missing)}."
    packages = packages_for(missing, machine.manager)
    if not packages:
        return "tell", [], f"{message}\nInstall these with your package manager."
    command = install_command(machine.manager, packages)
    if machine.manager in LINUX_MANAGERS and not machine.root:
        command = ["sudo", *command]
    if machine.manager == "apt-get" and machine.root:
        return "install", command, f"{message}\nInstalling {' '.join(packages)}"
    if machine.manager == "apt-get" and machine.sudo and (agreed or machine.can_ask):
        return "install" if agreed else "ask", command, f"{message}\n    {shlex.join(command)}"
    return "tell", command, f"{message}\nInstall with:\n    {shlex.join(command)}"


def prepare_system(
    wanted: Sequence[Need],
    settled: Collection[str],
    machine: Machine,
    *,
    agreed: bool,
    look: Callable[[Need], bool],
    ask: Callable[[str], str],
    install: Callable[[Sequence[str]], bool],
) -> list[Need]:
    """See to what is missing and return what still is.

    `settled`: what an earlier call could not install or was told not to; the same is not tried again
    without `agreed` (--yes).
    """
    missing = [n for n in wanted if not look(n)]
    if not missing:
        return []
    if not agreed and {n.what for n in missing} <= set(settled):
        say(f"Still missing on this system: {describe(missing)}. To see how to install it, add --yes.")
        return missing
    how, command, message = decide(missing, machine, agreed=agreed)
    say(message)
    if how == "tell":
        return missing
    if how == "ask" and ask("Run this command now? [y/N] ").strip().lower() not in {"y", "yes"}:
        say("Nothing was installed on the system.")
        return missing
    if not install(command):
        say("That did not work. Going on without; what needs it will say so.")
    return [n for n in missing if not look(n)]


def apt_install(command: Sequence[str]) -> bool:
    """Run an apt-get command, fetching the package lists first where there are none or they are stale."""
    at = command.index("apt-get")
    apt = [*command[:at], "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]  # sudo drops variables
    for setting in ("DPkg::Lock::Timeout=120", "Acquire::Retries=2", "Acquire::http::Timeout=20"):
        apt += ["-o", setting]

    def run(*words: str) -> bool:
        stdin = None if at else subprocess.DEVNULL  # sudo asks for a password
        return subprocess.run([*apt, *words], stdin=stdin).returncode == 0

    fresh = not any(Path("/var/lib/apt/lists").glob("*_Packages*"))
    if fresh:
        run("update")
    return run(*command[at + 1 :]) or (not fresh and run("update") and run(*command[at + 1 :]))


# ---------------------------------------------------------------------------------------------------------
# The environment: .venv


def nvidia_gpu() -> bool:
    """Whether an NVIDIA driver answers for at least one GPU."""
    if Path("/proc/driver/nvidia/version").exists():
        return True
    smi = shutil.which("nvidia-smi")
    if smi is None:
        return False
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        found = subprocess.run([smi, "-L"], capture_output=True, text=True, timeout=20)
        return found.returncode == 0 and "GPU" in found.stdout
    return False


def choose_torch(asked: str, noted: str, gpu_present: Callable[[], bool] = nvidia_gpu) -> str:
    """ "cpu" or "gpu": what was asked for, else what is installed already, else what the machine has."""
    if asked:
        return asked
    return noted or ("gpu" if gpu_present() else "cpu")


def fingerprint(pyproject: str) -> str:
    """Changes when what has to be installed changes; settings of tools in the same file do not count."""
    import tomllib

    data = tomllib.loads(pyproject)
    parts = [data.get("build-system"), data.get("project"), data.get("tool", {}).get("setuptools")]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def torch_requirement(pyproject: str) -> str:
    """The line of the dependencies that asks for torch."""
    import tomllib

    dependencies: list[str] = tomllib.loads(pyproject)["project"]["dependencies"]
    return next(d for d in dependencies if d.startswith("torch") and not d[5:6].isalnum())


def read_note() -> dict[str, Any]:
    try:
        note = json.loads(NOTE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def up_to_date(note: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether the environment that `note` describes has everything `wanted`; more extras do no harm."""
    same = all(note.get(key) == wanted[key] for key in wanted if key != "extras")
    return same and set(wanted["extras"]) <= set(note.get("extras", ()))


def venv_program(name: str) -> Path:
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def pip(*words: str, check: bool = True) -> bool:
    """pip in the environment; its own table of progress on a terminal, only errors elsewhere."""
    quiet = [] if sys.stdout.isatty() else ["-q"]
    install = [str(venv_program("python")), "-m", "pip", "install", "--disable-pip-version-check", *quiet]
    done = subprocess.run([*install, *words], cwd=ROOT).returncode == 0
    if check and not done:
        stop("The installation failed; what pip said stands above. Nothing else was changed.")
    return done


def install_torch(choice: str, requirement: str, index: str) -> None:
    """Put the right build of torch in, before the project's other requirements would bring any.

    On Linux PyPI has only the CUDA build (about 3 GB with its libraries); the CPU build (200 MB) is on
    PyTorch's own index, and where that cannot be reached perhaps among the wheels that pip is configured
    to look at. With `--no-deps` nothing else is taken from there.
    """
    if index:
        pip("--no-deps", "--index-url", index, requirement)
    elif platform.system() == "Windows" and choice == "gpu":
        say("PyPI's torch for Windows does not use the GPU. Pick a CUDA index on https://pytorch.org, then:")
        say("    python dev.py run --torch-index https://download.pytorch.org/whl/cuXXX")
    elif platform.system() == "Linux" and choice == "cpu":
        say(f"Installing the CPU build of torch ({CPU_TORCH_INDEX} or local wheels)")
        patience = ["--timeout", "15", "--retries", "1"]
        if not pip("--no-deps", *patience, "--index-url", CPU_TORCH_INDEX, requirement, check=False):
            say("No CPU build is within reach. The usual one follows: several GB with its CUDA libraries.")
    elif platform.system() == "Linux":
        pip(requirement)
        if (version := torch_version()).endswith("+cpu"):  # there before, or among configured local wheels
            pip(f"{requirement},!={version}")


def torch_version() -> str:
    """The installed one, "2.13.0+cpu"; "" if there is none."""
    code = "from importlib.metadata import version; print(version('torch'))"
    return subprocess.run([str(venv_program("python")), "-c", code], capture_output=True, text=True).stdout.strip()


def prepare_venv(extras: Sequence[str], asked_torch: str, torch_index: str) -> None:
    """Make `.venv` and install the project, unless the note says that this was done."""
    note = read_note()
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    choice = choose_torch(asked_torch, note.get("torch", ""))
    wanted: dict[str, Any] = {
        "project": fingerprint(pyproject),
        "root": str(ROOT),  # an environment cannot be moved: its scripts name their place
        "python": platform.python_version(),
        "torch": choice,
        "torch_index": torch_index or note.get("torch_index", ""),
        "extras": sorted(extras),
    }
    if venv_program("python").exists() and up_to_date(note, wanted):
        return
    began = time.monotonic()
    usable = venv_program("python").exists() and note.get("root", wanted["root"]) == wanted["root"]
    probe = [str(venv_program("python")), "-c", "import pip, platform; print(platform.python_version())"]
    found = subprocess.run(probe, capture_output=True, text=True).stdout.strip() if usable else ""
    if found != wanted["python"]:
        say(f"Making {VENV.relative_to(ROOT)} with Python {wanted['python']}")
        if subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)]).returncode:
            stop("The environment could not be made; what Python said stands above.")
    NOTE.unlink(missing_ok=True)
    install_torch(choice, torch_requirement(pyproject), wanted["torch_index"])
    wanted["extras"] = sorted({*extras, *note.get("extras", ())})
    project = f".[{','.join(wanted['extras'])}]" if wanted["extras"] else "."
    say(f"Installing Folkmoot and what it needs ({project})")
    pip("--editable", project)
    NOTE.write_text(json.dumps({**wanted, "settled": note.get("settled", [])}, indent=1), encoding="utf-8")
    say(f"The environment is ready after {time.monotonic() - began:.0f} s. It will not be made again.")


def prepare(*, for_tests: bool, options: argparse.Namespace, extras: Sequence[str] = ()) -> None:
    """The system, then the environment; then remember what the system still lacks."""
    wanted = [n for n in needs(platform.system(), for_tests=for_tests) if n != PIP_NEED or not VENV.exists()]
    settled = read_note().get("settled", [])
    missing = prepare_system(
        wanted, settled, this_machine(), agreed=options.yes, look=is_there, ask=input, install=apt_install
    )
    if PIP_NEED in missing:
        stop("Without that no environment can be made. Install it and run this again.")
    prepare_venv([*(["dev"] if for_tests else []), *extras], options.torch, options.torch_index)
    still = sorted(n.what for n in missing)
    if not set(still) <= set(settled):
        NOTE.write_text(json.dumps({**read_note(), "settled": still}, indent=1), encoding="utf-8")


# ---------------------------------------------------------------------------------------------------------
# The commands


def has_display(system: str, env: Mapping[str, str]) -> bool:
    """Whether a window can be shown to somebody."""
    if system in {"Windows", "Darwin"}:
        return not env.get("SSH_CONNECTION")
    return bool(env.get("DISPLAY") or env.get("WAYLAND_DISPLAY"))


def run_arguments(extra: Sequence[str], *, terminal: bool, display: bool) -> list[str]:
    """Arguments for `python -m app`: none opens the window, `demo` is the sample meeting in the terminal."""
    if terminal:
        return ["demo", *extra]
    return list(extra) if extra or display else ["demo"]


def command_run(options: argparse.Namespace, extra: Sequence[str]) -> NoReturn:
    prepare(for_tests=False, options=options)
    arguments = run_arguments(extra, terminal=options.terminal, display=has_display(platform.system(), os.environ))
    hand_over([str(venv_program("python")), "-m", "app", *arguments], dict(os.environ))


def command_bench(options: argparse.Namespace, extra: Sequence[str]) -> NoReturn:
    prepare(for_tests=True, options=options, extras=["bench"])
    hand_over([str(venv_program("python")), "-m", "tests.bench", *extra], test_environment())


def command_translate(options: argparse.Namespace, extra: Sequence[str]) -> NoReturn:
    prepare(for_tests=True, options=options)
    hand_over([str(venv_program("python")), str(ROOT / "packaging" / "translate.py"), *extra], test_environment())


def command_test(options: argparse.Namespace, extra: Sequence[str]) -> NoReturn:
    """All of them run whatever fails; pytest is last so that the output ends with its summary."""
    prepare(for_tests=True, options=options)
    env = test_environment()
    python = str(venv_program("python"))
    failed = []
    for name, command in (
        ("ruff", [python, "-m", "ruff", "check", "."]),
        ("mypy", [python, "-m", "mypy"]),
        ("import-linter", [str(venv_program("lint-imports"))]),
    ):
        say(f"== {name}")
        began = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=env).returncode
        if code:
            failed.append(name)
        say(f"   {'failed' if code else 'passed'} in {time.monotonic() - began:.1f} s")
    if failed:
        say(f"== Failed before the tests: {', '.join(failed)}")
    say("== pytest")
    # A file's tests stay together: they share what is costly to make. No more at once than there are processors, for
    # some look at when things happen. With arguments of the caller, only those count.
    side_by_side = str(min(os.cpu_count() or 1, 4))
    workers = [] if extra else ["-n", side_by_side, "--dist", "loadfile", "--max-worker-restart", "0"]
    code = subprocess.run([python, "-m", "pytest", *workers, *extra], cwd=ROOT, env=env).returncode
    sys.exit(code or (1 if failed else 0))


def test_environment() -> dict[str, str]:
    """The caller's, with Qt drawing to memory where there is no display."""
    env = dict(os.environ)
    if platform.system() == "Linux" and not has_display("Linux", env):
        env.setdefault("QT_QPA_PLATFORM", "offscreen")
    return env


CACHES = (".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", "build", "dist")


def command_clean(root: Path = ROOT) -> None:
    """Remove what can be made again. Meetings, models and settings live in the user's own folders."""
    doomed = [root / name for name in CACHES]
    doomed += root.glob("*.egg-info")
    for folder, inner, _ in os.walk(root):
        inner[:] = [d for d in inner if not d.startswith(".")]
        if "__pycache__" in inner:
            inner.remove("__pycache__")
            doomed.append(Path(folder) / "__pycache__")
    for path in doomed:
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)
        else:
            continue
        say(f"Removed {path.relative_to(root)}")


def hand_over(command: Sequence[str], env: Mapping[str, str]) -> NoReturn:
    """Become that program, so that signals and exit codes are its own; on Windows wait for it."""
    sys.stdout.flush()
    os.chdir(ROOT)
    if os.name != "nt":
        os.execve(command[0], list(command), dict(env))
    with subprocess.Popen(list(command), env=dict(env)) as child:
        while True:
            try:
                sys.exit(child.wait())
            except KeyboardInterrupt:  # the child got it too and ends in its own way
                continue


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> NoReturn:
    print(text, file=sys.stderr, flush=True)
    sys.exit(1)


def parse(argv: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Options of ours, and what is passed on: all after `--`, and whatever is not ours before it."""
    own, passed = list(argv), []
    if "--" in own:
        at = own.index("--")
        own, passed = own[:at], own[at + 1 :]
    parser = argparse.ArgumentParser(
        prog="dev.py", description="Set up, run and test Folkmoot.", epilog="What follows -- is passed on.",
        allow_abbrev=False,
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True, metavar="run|test|bench|translate|clean")
    for name, text in (
        ("run", "open the window; without a display, process the sample meeting in the terminal"),
        ("test", "ruff, mypy, import-linter and pytest"),
        ("bench", "measure, and print the figures with the machine"),
        ("translate", "bring the window's translations up to date with the code"),
        ("clean", "remove .venv, caches and build outputs; never your meetings, models or settings"),
    ):
        sub = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        if name == "clean":
            continue
        build = sub.add_mutually_exclusive_group()
        for choice, text in (
            ("gpu", "NVIDIA GPUs even if there is none"),
            ("cpu", "the CPU even if there is a GPU"),
        ):
            how = f"install torch for {text} (FOLKMOOT_GPU={int(choice == 'gpu')} says the same)"
            build.add_argument(f"--{choice}", dest="torch", action="store_const", const=choice, default="", help=how)
        sub.add_argument("--torch-index", default="", metavar="URL", help="package index to take torch from")
        sub.add_argument("--yes", action="store_true", help="agree to installing system packages with sudo")
        if name == "run":
            sub.add_argument("--terminal", action="store_true", help="the sample meeting in the terminal")
    options, unknown = parser.parse_known_args(own)
    if options.command == "clean" and unknown + passed:
        parser.error(f"clean takes no arguments: {' '.join(unknown + passed)}")
    if options.command != "clean" and not options.torch:
        options.torch = {"1": "gpu", "0": "cpu"}.get(os.environ.get("FOLKMOOT_GPU", ""), "")
    return options, [*unknown, *passed]


def main(argv: Sequence[str] | None = None) -> None:
    if sys.version_info < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        stop(f"Folkmoot needs Python {oldest} or newer; this is {platform.python_version()}.")
    options, extra = parse(sys.argv[1:] if argv is None else argv)
    if options.command == "clean":
        command_clean()
    else:
        {"run": command_run, "test": command_test, "bench": command_bench, "translate": command_translate}[
            options.command
        ](options, extra)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
