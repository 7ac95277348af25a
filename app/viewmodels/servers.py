"""Which of a meeting's work was done by a server, in words: what leaves the machine is said plainly."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from PySide6.QtCore import QCoreApplication

from app.domain.meeting import Meeting, Stage

SERVER = "server:"  # what the name of such an engine begins with


def _tr(text: str) -> str:
    return QCoreApplication.translate("servers", text)


def servers(meeting: Meeting) -> list[str]:
    """A sentence for each server that got the sound or the words of this meeting, or gets them now."""
    words, minutes = (_host(meeting, s) for s in (Stage.TRANSCRIBE, Stage.MINUTES))
    if words and words == minutes:
        return [_tr("Written down, with its minutes, by a server: {server}").format(server=words)]
    said = []
    if words:
        said.append(_tr("Written down by a server: {server}").format(server=words))
    if minutes:
        said.append(_tr("Minutes by a server: {server}").format(server=minutes))
    return said


def _host(meeting: Meeting, stage: Stage) -> str:
    """The server a stage ran on, without port and path; "" if it ran in this program or has not been run."""
    record = meeting.stage(stage)
    if record is None or record.state not in ("running", "done") or not record.engine.startswith(SERVER):
        return ""
    address = str(record.settings.get("server", ""))
    try:
        host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        host = address
    if _is_this_machine(host):
        return _tr("this computer")
    return host or record.engine.removeprefix(SERVER)


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
