"""Real sound servers without a sound card: PulseAudio, and PipeWire with its stand-in for it.

Each runs in a folder of its own with two outputs that lead nowhere ("Speakers", "Feed") and a microphone that hears
what is played into "Feed". No systemd, no login session, as root or not.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pulsectl

SPEAKERS, FEED, MICROPHONE = "speakers", "feed", "microphone"  # as the server calls them
START_S = 20.0


class CannotRun(Exception):
    """Why this server cannot be had here."""


class SoundServer:
    """`environment` is what programs need that are to find this server, this one included."""

    name = ""
    programs: tuple[str, ...] = ()

    def __init__(self) -> None:
        missing = [p for p in self.programs if shutil.which(p) is None]
        if missing:
            raise CannotRun(f"needs {', '.join(missing)}")
        self.folder = Path(tempfile.mkdtemp(prefix="folkmoot-"))  # not pytest's: names of sockets have to be short
        self.has_priority = True
        self._processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            "XDG_RUNTIME_DIR": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "PULSE_SERVER": f"unix:{self.folder}/pulse/native",
            "PULSE_RUNTIME_PATH": f"{self.folder}/pulse",
            "PULSE_COOKIE": str(self.folder / "cookie"),
        }

    def start(self) -> None:
        """Returns when everything is there. Raises `CannotRun`."""
        try:
            self._start_programs()
            deadline = time.monotonic() + START_S
            while not self._answers():
                ended = [p.args for p in self._processes if p.poll() is not None]
                if ended or time.monotonic() > deadline:
                    raise CannotRun(f"{self.name} did not start {ended}: {self.log()}")
                time.sleep(0.05)
            self._make_devices()
        except BaseException:
            self.kill()
            raise

    def _start_programs(self) -> None:
        raise NotImplementedError

    def _make_devices(self) -> None:
        self.add_output(SPEAKERS, "Speakers")
        self.add_output(FEED, "Feed", channels=1)
        self.add_microphone()
        self.set_default(SPEAKERS)
        self.set_default_source(MICROPHONE)

    def _answers(self) -> bool:
        try:
            with self.control() as pulse:
                pulse.server_info()
        except pulsectl.PulseError:
            return False
        return True

    def run(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env={**os.environ, **self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if command[0] == "dbus-daemon" else log,
                stderr=log,
            )
        try:
            os.setpriority(os.PRIO_PROCESS, process.pid, -15)  # as on a desktop
        except PermissionError:
            self.has_priority = False
        self._processes.append(process)
        return process

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-1000:]

    @contextmanager
    def control(self) -> Iterator[pulsectl.Pulse]:
        with pulsectl.Pulse("test", server=self.environment["PULSE_SERVER"], connect=False) as pulse:
            pulse.connect(autospawn=False)
            yield pulse

    def add_output(self, name: str, description: str, channels: int = 2) -> None:
        # norewinds: or it would render two seconds ahead, and again when the first program begins to play
        rewinds = "norewinds=1 " if self.name == "PulseAudio" else ""
        with self.control() as pulse:
            pulse.module_load(
                "module-null-sink",
                f"sink_name={name} rate=48000 channels={channels} {rewinds}"
                f"sink_properties=\"device.description='{description}'\"",
            )

    def add_microphone(self) -> None:
        """One that hears what is played into "Feed"."""
        properties = "source_properties=device.description=Microphone"
        with self.control() as pulse:
            pulse.module_load("module-remap-source", f"source_name={MICROPHONE} master={FEED}.monitor {properties}")

    def remove_device(self, name: str) -> None:
        """The output or microphone of that name."""
        with self.control() as pulse:
            there = {d.name: d.owner_module for d in [*pulse.sink_list(), *pulse.source_list()]}
            pulse.module_unload(there[name])

    def set_default(self, output: str) -> None:
        with self.control() as pulse:
            pulse.sink_default_set(pulse.get_sink_by_name(output))

    def set_default_source(self, source: str) -> None:
        with self.control() as pulse:
            pulse.source_default_set(pulse.get_source_by_name(source))

    def mute(self, source: str, muted: bool) -> None:
        with self.control() as pulse:
            pulse.source_mute(pulse.get_source_by_name(source).index, muted)

    def freeze(self) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """As a crash would: at once, everything."""
        for process in reversed(self._processes):
            process.kill()
        for process in self._processes:
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._processes.clear()
        (self.folder / "pulse" / "native").unlink(missing_ok=True)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class PulseAudio(SoundServer):
    name = "PulseAudio"
    programs = ("pulseaudio",)

    def _start_programs(self) -> None:
        (self.folder / "pulse").mkdir(exist_ok=True)
        flags = "-n --daemonize=no --exit-idle-time=-1 --use-pid-file=no --disable-shm=yes --realtime=no"
        self.run(
            "pulseaudio",
            *flags.split(),
            "--high-priority=no",
            "--log-target=stderr",
            "-L",
            f"module-native-protocol-unix auth-anonymous=1 socket={self.folder}/pulse/native",
        )


# A graph that runs less often has more time to do it in: without real-time priority it drops what is late.
_ROBUST = """
context.properties = {
    default.clock.quantum = 2048
    default.clock.min-quantum = 2048
    default.clock.max-quantum = 4096
}
"""


class PipeWire(SoundServer):
    name = "PipeWire"
    programs = ("pipewire", "pipewire-pulse", "wireplumber", "dbus-daemon")

    def _start_programs(self) -> None:
        settings = self.folder / "config" / "pipewire" / "pipewire.conf.d" / "robust.conf"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(_ROBUST, encoding="utf-8")
        bus = self.run("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address")
        assert bus.stdout is not None
        address = bus.stdout.readline().decode().strip()
        if not address:
            raise CannotRun(f"no session bus: {self.log()}")
        for program in ("pipewire", "wireplumber", "pipewire-pulse"):
            self.run(program, DBUS_SESSION_BUS_ADDRESS=address)
            self._until(self.folder / "pipewire-0")
        if not self.has_priority and os.getloadavg()[0] > (os.cpu_count() or 1):
            raise CannotRun("PipeWire drops sound on a machine as busy as this one, unless it may have priority")

    def _until(self, path: Path) -> None:
        deadline = time.monotonic() + START_S
        while not path.exists():
            if time.monotonic() > deadline:
                raise CannotRun(f"{self.name} did not start: {self.log()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        """Not before outputs get linked: WirePlumber does that, and it is the last to be ready."""
        with contextlib.suppress(pulsectl.PulseError), self.control() as pulse:
            return any("WirePlumber" in (c.name or "") for c in pulse.client_list())
        return False


SERVERS = {"PulseAudio": PulseAudio, "PipeWire": PipeWire}
