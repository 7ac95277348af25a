"""What the layers below say about models, in the language of the window."""

from __future__ import annotations

from dataclasses import replace

from app.domain.models import Recommendation
from app.viewmodels.phrases import all_said, said
from app.workers.models_services import ModelInfo, ModelShelf


def shelf_said(shelf: ModelShelf) -> ModelShelf:
    return replace(shelf, models=tuple(map(_model_said, shelf.models)))


def recommendation_said(found: Recommendation) -> Recommendation:
    return replace(
        found,
        choices=tuple(replace(c, title=said(c.title), why=said(c.why)) for c in found.choices),
        reasons=all_said(found.reasons),
        warnings=all_said(found.warnings),
    )


def _model_said(info: ModelInfo) -> ModelInfo:
    return replace(
        info,
        title=said(info.title),
        note=said(info.note),
        conditions=said(info.conditions),
        problem=said(info.problem),
    )
