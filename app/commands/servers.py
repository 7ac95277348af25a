"""`folkmoot servers`: other machines that may do the work, for those who ask for it."""

from __future__ import annotations

import argparse
import getpass
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.commands.common import Commands, cancel_on_interrupt, note, print_json
from app.domain.errors import InputError
from app.services.paths import Paths

if TYPE_CHECKING:
    from models.remote.servers import Server


def add(sub: Commands) -> None:
    p = sub.add_parser(
        "servers",
        help="use models on another machine (off by default: sound then leaves this one)",
        description="Servers that speak the OpenAI dialect: vLLM, SGLang, llama.cpp, transformers serve. "
        "A meeting uses one only when it is named: folkmoot process FILE --speech-model server:NAME",
    )
    actions = p.add_subparsers(dest="action", metavar="ACTION", required=True)

    a = actions.add_parser("add", help="enter a server, or change one")
    a.add_argument("name", metavar="NAME", help="a short name of your choice")
    a.add_argument("url", metavar="URL", help="like http://host:8000/v1")
    a.add_argument("--speech", default="", metavar="MODEL", help="its model for transcription")
    a.add_argument("--text", default="", metavar="MODEL", help="its model for minutes")
    a.add_argument("--context", type=int, default=16_384, metavar="TOKENS", help="prompt and answer of the text model")
    a.add_argument("--timeout", type=float, default=120.0, metavar="SECONDS", help="longest wait for an answer")
    a.add_argument("--parallel", type=int, default=8, metavar="N", help="requests at a time")
    a.add_argument("--no-test", action="store_true", help="do not ask the server anything now")
    a.set_defaults(handler=add_server)

    a = actions.add_parser("list", help="the servers entered here")
    a.add_argument("--json", action="store_true")
    a.set_defaults(handler=list_servers)

    a = actions.add_parser("test", help="see whether a server answers, and what it has")
    a.add_argument("name", metavar="NAME")
    a.set_defaults(handler=test_server)

    a = actions.add_parser("key", help="keep a server's key in the system's keyring; an empty one forgets it")
    a.add_argument("name", metavar="NAME")
    a.set_defaults(handler=set_key)

    a = actions.add_parser("remove", help="forget a server and its key")
    a.add_argument("name", metavar="NAME")
    a.set_defaults(handler=remove_server)


def add_server(args: argparse.Namespace) -> int:
    from models.remote import servers

    path = servers.servers_file(Paths.default().models)
    known = servers.load(path)
    server = servers.check(
        servers.Server(
            args.name,
            args.url,
            args.speech,
            args.text,
            context_tokens=args.context,
            timeout_s=args.timeout,
            parallel=args.parallel,
        )
    )
    works = True
    if not args.no_test:
        server, works = _try(server)
    servers.save(path, {**known, server.name: server})
    print(f"Entered “{server.name}” ({server.url}).")
    if not server.is_this_machine:
        note(f"meetings that use it are sent to {server.host}, and only those that name server:{server.name}.")
    return 0 if works else 4


def list_servers(args: argparse.Namespace) -> int:
    from models.remote import servers

    known = servers.load(servers.servers_file(Paths.default().models))
    if args.json:
        print_json([asdict(s) for s in known.values()])
    elif not known:
        print("No servers: everything runs on this machine.", file=sys.stderr)
    for s in known.values() if not args.json else ():
        models = ", ".join(m for m in (s.speech_model, s.text_model) if m)
        print(f"{s.name:<16} {s.url:<40} {models}")
    return 0


def test_server(args: argparse.Namespace) -> int:
    from models.remote import servers

    path = servers.servers_file(Paths.default().models)
    known = servers.load(path)
    server, works = _try(_named(known, args.name))
    if works and server != known[args.name]:
        servers.save(path, {**known, server.name: server})
    return 0 if works else 4


def set_key(args: argparse.Namespace) -> int:
    from models.remote import servers

    _named(servers.load(servers.servers_file(Paths.default().models)), args.name)
    typed = getpass.getpass("Key: ") if sys.stdin.isatty() else sys.stdin.readline()
    servers.set_key(args.name, typed.strip())
    print("The key is kept in the system's keyring." if typed.strip() else "The key is forgotten.")
    return 0


def remove_server(args: argparse.Namespace) -> int:
    from models.remote import servers

    path = servers.servers_file(Paths.default().models)
    known = servers.load(path)
    _named(known, args.name)
    servers.set_key(args.name, "")
    servers.save(path, {n: s for n, s in known.items() if n != args.name})
    print(f"“{args.name}” is forgotten.")
    return 0


def _named(known: dict[str, Server], name: str) -> Server:
    if name not in known:
        there = ", ".join(known) or "none yet"
        raise InputError(f"There is no server “{name}”.", f"Entered are: {there}.")
    return known[name]


def _try(server: Server) -> tuple[Server, bool]:
    """Ask the server, say what came of it; the server with the way of sending sound that works."""
    from models.remote.probe import probe

    with cancel_on_interrupt() as cancel:
        found = probe(server, cancel)
    if found.models:
        print("Models there: " + ", ".join(found.models))
    for said in found.notes:
        note(said)
    if found.works:
        ways = {"transcriptions": "as files", "chat": "in a chat"}
        sound = f"; sound is sent {ways[found.server.route]}" if server.speech_model else ""
        print(f"It works{sound}.")
    return found.server, found.works
