"""What templates of minutes are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.domain.templates import Template


def template_title(template: Template) -> str:
    """In the language of the window; the user's own have the title they were given."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("templates", text)

    if template.own:
        return template.title
    return {
        "general": tr("General"),
        "stand-up": tr("Stand-up"),
        "one-to-one": tr("One-to-one"),
        "interview": tr("Interview"),
        "lecture": tr("Lecture"),
        "sales": tr("Sales or customer call"),
        "project": tr("Project or decision meeting"),
    }.get(template.id, template.title)
