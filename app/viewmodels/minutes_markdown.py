"""A part of the minutes as Markdown, for the clipboard."""

from __future__ import annotations

from collections.abc import Sequence

from app.exporters.markdown import escape
from app.viewmodels.minutes import Item


def item_line(item: Item) -> str:
    """ "- [ ] Write the release notes (Anna, Friday; 0:45)" """
    box = "[x] " if item.done else "[ ] " if item.kind == "action" else ""
    if item.kind == "chapter":
        return f"- {item.evidence[0].time} {escape(item.text)}"
    facts = ", ".join(escape(p) for p in (item.owner, item.due) if p)
    times = ", ".join(e.time for e in item.evidence)
    aside = "; ".join(p for p in (facts, times) if p)
    return f"- {box}{escape(item.text)}" + (f" ({aside})" if aside else "")


def section(title: str, items: Sequence[Item]) -> str:
    return "\n".join((f"## {title}", "", *map(item_line, items), ""))
