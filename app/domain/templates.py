"""Kinds of meetings and what their minutes are about, as data.

The general template adds nothing to the request, so that models which were trained on it see what they know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Part = Literal["decisions", "action_items", "open_questions", "chapters"]
PARTS: tuple[Part, ...] = ("decisions", "action_items", "open_questions", "chapters")


@dataclass(frozen=True, slots=True)
class Template:
    """`look_for`: sentences to the model, in English or any other language, that follow its instruction. `leaves_out`:
    parts that minutes of this kind do not have. `own`: made by the user, in a file.
    """

    id: str
    title: str
    look_for: str = ""
    leaves_out: tuple[Part, ...] = ()
    own: bool = False


GENERAL = Template("general", "General")

BUILT_IN: tuple[Template, ...] = (
    GENERAL,
    Template(
        "stand-up",
        "Stand-up",
        "This is a stand-up of a team. For each person the summary says in one sentence what they have done, what they "
        "do next and what keeps them from it. What somebody will do next is an action item of theirs. A hindrance that "
        "nobody has taken on is an open question.",
        ("chapters",),
    ),
    Template(
        "one-to-one",
        "One-to-one",
        "This is a talk between two people who work together, often a manager and a member of the team. Look for "
        "progress, difficulties, feedback in both directions, wishes for the future, and what each has promised the "
        "other. The summary is factual and says nothing about feelings that nobody has put into words.",
    ),
    Template(
        "interview",
        "Interview",
        "This is an interview: one side asks, the other answers. The summary says for each subject what was asked and "
        "what was answered, without judging the person. Next steps that were agreed are action items. Questions that "
        "were asked and not answered are open questions.",
        ("decisions",),
    ),
    Template(
        "lecture",
        "Lecture",
        "This is a lecture or a training. The summary gives its subject, its main points in order, terms with how they "
        "were explained, and examples that were used. Tasks and reading for the listeners are action items. Questions "
        "of listeners that were not answered are open questions.",
        ("decisions",),
    ),
    Template(
        "sales",
        "Sales or customer call",
        "This is a call with a customer. Look for what the customer needs and why, doubts and objections, prices, "
        "numbers and dates that were named, who decides, other suppliers that were mentioned, and the next step. What "
        "either side has promised is an action item. What the customer asked and did not learn is an open question.",
    ),
    Template(
        "project",
        "Project or decision meeting",
        "This is a meeting of a project. For each decision give its reason in the same item, if the reason was said. "
        "Look for the state of the work, risks, changes of plan, dates and budgets. The summary says what was decided "
        "first, then the state of the work, then the risks.",
    ),
)


def find(name: str, among: Sequence[Template]) -> Template | None:
    """The template of an id or a title, whatever its case and spaces."""
    wanted = " ".join(name.split()).casefold()
    for template in among:
        if wanted == template.id.casefold():
            return template
    return next((t for t in among if wanted == t.title.casefold()), None)
