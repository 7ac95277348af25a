"""The synthetic office world that the starter kit knows: its words, sentences and meetings.

Both starter models, the sample meeting and the accuracy figures come from here, so that what is
said, who said it and what should stand in the minutes is always known. Standard library only;
every function takes a seeded `random.Random`, so the same seed gives the same world.

Some combinations are held out: a (verb, object) pair for which `is_held_out` is true never occurs
in training data, so what is measured there was never heard or read before.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["action_item", "decision", "open_question"]

NAMES = (
    "Anna Ben Carla David Emma Frank Grace Henry Iris Jack Kate Liam Maria Nina Oscar Paul Rosa Sam "
    "Tina Victor Alice Bruno Clara Daniel Elena Felix Julia Karl Laura Marco Nora Peter Robert Sara "
    "Thomas Vera Walter Simon Martin Helen"
).split()

DAYS = "Monday Tuesday Wednesday Thursday Friday".split()
MONTHS = ("January February March April May June July August September October November December").split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth twentieth"
).split()
NUMBERS = (
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty eighty ninety"
).split()

VERBS = (
    "update review test write finish check prepare fix plan approve measure design order rewrite "
    "translate publish clean copy collect compare cancel simplify replace extend improve document "
    "organize present correct archive confirm explain deliver repair print install upgrade move"
).split()
OBJECTS = tuple(
    f"the {o}"
    for o in (
        "budget|report|release notes|test plan|database|login page|design document|customer survey|"
        "marketing plan|contract|security audit|slides|backup|search index|payment service|mobile app|"
        "hiring plan|training data|roadmap|invoice|price list|newsletter|office move|website|"
        "travel policy|sales forecast|user guide|support tickets|server logs|error messages|"
        "product video|trade show booth|meeting room|coffee machine|project schedule|risk list|"
        "interview questions|welcome package|data model|checkout flow|delivery dates|vendor list|"
        "press release|annual review|quality report|shipping labels|expense report|license agreement|"
        "onboarding checklist|warehouse inventory|monitoring dashboard|password rules|job posting|"
        "team calendar|summer party|photo archive|color scheme|holiday schedule|energy bill|"
        "partner agreement|delivery contract|insurance policy|phone system|visitor list|training plan|"
        "parking lot|fire drill|"
        "customer database|feedback form|translation memory|storage room|backup generator|electric cars|lunch menu"
    ).split("|")
)
PRODUCTS = "Atlas Beacon Comet Falcon Harbor Jupiter Lotus Mercury Orion Phoenix Saturn Willow".split()
TEAMS = (
    "the sales team|the design team|the support team|the finance team|marketing|engineering|"
    "the legal team|our customers|the board|the supplier|the bank|the new office"
).split("|")
ADJECTIVES = (
    "good great difficult risky late expensive ready simple slow important cheap urgent useful wrong "
    "complete strange quick stable boring excellent"
).split()
UNITS = "days hours weeks percent customers bugs servers people euros tickets months orders".split()
REASONS = (
    "because of the holidays|because the numbers are wrong|because we lost two people|"
    "because the customers asked for it|because it is too expensive|because the server was down|"
    "because nobody had time"
).split("|")
EVENTS = "the launch|the workshop|the next release|the demo|the training|the conference".split("|")

SMALL_TALK = (
    "Good morning everyone.|Good afternoon everybody.|Hello.|Hi everyone.|How was your weekend?|"
    "It was nice, thank you.|Can you hear me?|Yes, I can hear you.|Let's get started.|"
    "Let's wait one more minute.|Okay.|Yes.|No.|Right.|Exactly.|Sure.|Thanks.|Thank you very much.|"
    "That makes sense.|I think so too.|I agree.|I don't agree.|Good idea.|Sounds good.|"
    "Let me share my screen.|Sorry, I was on mute.|Can you see my screen?|That is all from me.|"
    "Let's move on.|See you next week.|Goodbye everyone.|Have a nice day.|I have nothing to add.|"
    "The weather is great today.|I need another coffee.|Well done, everybody.|Just a moment please.|"
    "Could you repeat that?|I am not sure about that.|Maybe later.|Of course.|No problem.|"
    "That was a long week.|We are a little late today.|Is everybody here?|I have to leave early today."
).split("|")


@dataclass(frozen=True)
class Item:
    """One thing that belongs in the minutes; `text` stands word for word in its line."""

    kind: Kind
    text: str
    owner: str | None = None
    due: str | None = None


@dataclass(frozen=True)
class Line:
    """One utterance: who says what, and what of it belongs in the minutes, in order."""

    speaker: str
    text: str
    items: tuple[Item, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Meeting:
    lines: tuple[Line, ...]
    speakers: tuple[str, ...] = field(default=())


def is_held_out(verb: str, obj: str) -> bool:
    """True for about one in twelve (verb, object) pairs: those never seen in training."""
    return hashlib.sha256(f"{verb}|{obj}".encode()).digest()[0] < 21


class World:
    """Draws sentences and meetings. `held_out`: whether kept-out combinations may occur."""

    def __init__(self, rng: random.Random, held_out: bool = False) -> None:
        self.rng = rng
        self.held_out = held_out

    # -- words ---------------------------------------------------------------------------------
    def _pick(self, seq: tuple[str, ...] | list[str]) -> str:
        return self.rng.choice(seq)

    def date(self) -> str:
        r = self.rng.random()
        if r < 0.42:
            return self._pick(DAYS)
        if r < 0.54:
            return "next " + self._pick(DAYS)
        if r < 0.60:
            return "tomorrow"
        if r < 0.66:
            return "next week"
        if r < 0.76:
            return "the end of " + self._pick(["the week", "the month", "the year", *MONTHS])
        if r < 0.80:
            return "tonight"
        return f"{self._pick(MONTHS)} {self._pick(ORDINALS)}"

    def pair(self) -> tuple[str, str]:
        while True:
            v, o = self._pick(VERBS), self._pick(OBJECTS)
            if self.held_out or not is_held_out(v, o):
                return v, o

    def task(self, people: list[str]) -> tuple[str, str]:
        """A task and the object it is about."""
        v, o = self.pair()
        r = self.rng.random()
        if r < 0.62:
            return f"{v} {o}", o
        if r < 0.72:
            return f"{v} {o} with {self._pick(people)}", o
        if r < 0.82:
            return f"{v} {o} for {self._pick(TEAMS + PRODUCTS)}", o
        if r < 0.88:
            return f"send {o} to {self._pick([*people, *TEAMS])}", o
        if r < 0.93:
            return f"talk to {self._pick([*people, *TEAMS])} about {o}", o
        if r < 0.97:
            o2 = self._pick(OBJECTS)
            return f"{v} {o} and {o2}", o
        return f"{v} {o} before {self._pick(EVENTS)}", o

    def quantity(self) -> str:
        r = self.rng.random()
        n = self._pick(NUMBERS)
        if r < 0.75:
            return n
        if r < 0.9:
            return f"{n} hundred"
        return f"{n} thousand"

    # -- sentences -----------------------------------------------------------------------------
    def action(self, speaker: str, people: list[str]) -> tuple[str, Item, str]:
        task, topic = self.task(people)
        due = self.date() if self.rng.random() < 0.8 else None
        if due is None:
            tail = ""
        elif due in ("tomorrow", "next week", "tonight"):
            tail = " " + due
        elif due in DAYS or due.startswith("next "):
            tail = self._pick([" by ", " by ", " before ", " until "]) + due
        else:
            tail = self._pick([" by ", " by ", " before ", " until "]) + due
        r = self.rng.random()
        if r < 0.5:
            lead = self._pick(
                ["I will ", "I will ", "I can ", "My action item is to ", "I am going to ", "I promise to "]
            )
            owner = speaker
            text = f"{lead}{task}{tail}."
        else:
            owner = self._pick([p for p in people if p != speaker] or people)
            lead, end = self.rng.choice(
                [
                    ("{n}, please ", "."),
                    ("{n} will ", "."),
                    ("{n}, can you ", "?"),
                    ("The next step for {n} is to ", "."),
                    ("{n} has to ", "."),
                ]
            )
            text = f"{lead.format(n=owner)}{task}{tail}{end}"
        return text, Item("action_item", task, owner, due), topic

    def decision(self, people: list[str]) -> tuple[str, Item, str]:
        r = self.rng.random()
        if r < 0.6:
            text, topic = self.task(people)
        elif r < 0.8:
            topic = self._pick([*EVENTS, *OBJECTS])
            text = f"move {topic} to {self.date()}"
        elif r < 0.9:
            topic = self._pick(OBJECTS)
            text = f"spend {self.quantity()} euros on {topic}"
        else:
            topic = self._pick(PRODUCTS)
            text = f"stop working on {topic}"
        lead = self._pick(["We decided to ", "The decision is to ", "So we all agree to ", "Then it is decided, we "])
        return f"{lead}{text}.", Item("decision", text), topic

    def question(self) -> tuple[str, Item, str]:
        v, o = self.pair()
        text = self._pick(
            [
                f"who can {v} {o}",
                f"when will {o} be ready",
                f"how much does {o} cost",
                f"should we {v} {o}",
                f"who pays for {o}",
            ]
        )
        lead = self._pick(["The open question is ", "We still don't know ", "It is still open "])
        return f"{lead}{text}.", Item("open_question", text), o

    def chatter(self, people: list[str]) -> tuple[str, str | None]:
        """A sentence that belongs in no list, and its topic if it has one."""
        if self.rng.random() < 0.3:
            s = self._pick(SMALL_TALK)
            if self.rng.random() < 0.12:
                s = self._pick(
                    [
                        "Thank you, {}.",
                        "Hello {}.",
                        "I agree with {}.",
                        "What do you think, {}?",
                        "This is {} speaking.",
                        "Over to you, {}.",
                    ]
                ).format(self._pick(NAMES))
            return s, None
        v, o = self.pair()
        a, n, k, u = self._pick(ADJECTIVES), self._pick(people), self.quantity(), self._pick(UNITS)
        t = self._pick(TEAMS)
        text, about = self._pick_pair(
            [
                (f"I think {o} is too {a}.", o),
                (f"What about {o}?", o),
                (f"Yes, {o} looks {a}.", o),
                (f"No, {o} is not {a} yet.", o),
                (f"It took {k} {u} to {v} {o}.", o),
                (f"About {k} {u} said {o} is {a}.", o),
                (f"{t} found {k} problems in {o}.", o),
                (f"I am worried about {o}.", o),
                (f"{t} asked us about {o}.", o),
                (f"Last week we had {k} {u}.", None),
                (f"We lost {k} {u} {self._pick(REASONS)}.", None),
                (f"{n} told me that {o} is {a}.", o),
                (f"Let's talk about {o}.", o),
                (f"The first topic today is {o}.", o),
                (f"The next topic is {o}.", o),
                (f"{o} is {a} {self._pick(REASONS)}.", o),
                (f"We have {k} {u} for {o}.", o),
                (f"{self._pick(PRODUCTS)} is going to be {a}.", None),
                (f"{self._pick(PRODUCTS)} has {k} new {u}.", None),
                (f"Yesterday I showed {o} to {t}.", o),
                (f"{n} was working on {o} all week.", o),
                (f"That is {a} for {t}.", None),
                (f"The meeting was on {self._pick(DAYS)} and it was {a}.", None),
                (f"Did {n} see {o}?", o),
                (f"We should not forget {o}.", o),
            ]
        )
        return text[0].upper() + text[1:], about

    def _pick_pair(self, seq: list[tuple[str, str | None]]) -> tuple[str, str | None]:
        return self.rng.choice(seq)

    def sentence(self) -> str:
        """Any one sentence, for speech."""
        people = self.rng.sample(NAMES, 4)
        r = self.rng.random()
        if r < 0.28:
            return self.action(people[0], people)[0]
        if r < 0.42:
            return self.decision(people)[0]
        if r < 0.52:
            return self.question()[0]
        return self.chatter(people)[0]

    # -- meetings ------------------------------------------------------------------------------
    def cast(self) -> list[str]:
        """The speakers' labels as the product shows them: names, or "Me" and "Speaker N"."""
        names = self.rng.sample(NAMES, self.rng.randint(2, 4))
        r = self.rng.random()
        if r < 0.45:
            return names
        if r < 0.7:
            return ["Me", *names[1:]]
        labels = [f"Speaker {i}" for i in range(1, 7)]
        return ["Me", *self.rng.sample(labels[: len(names)], len(names) - 1)]

    def meeting(self, lo: int, hi: int, density: float | None = None) -> Meeting:
        """A meeting of `lo`..`hi` lines; `density` is the share of sentences that are items."""
        rng = self.rng
        cast = self.cast()
        people = [c for c in cast if c in NAMES] + rng.sample(NAMES, 3)
        p = rng.choice([0.1, 0.3, 0.45, 0.6]) if density is None else density
        lines: list[Line] = []
        for _ in range(rng.randint(lo, hi)):
            speaker = rng.choice(cast)
            parts: list[str] = []
            items: list[Item] = []
            topics: list[str] = []
            for _ in range(rng.choices([1, 2, 3], [0.6, 0.3, 0.1])[0]):
                r = rng.random()
                item: Item | None = None
                topic: str | None
                if r < p * 0.5:
                    text, item, topic = self.action(speaker, people)
                elif r < p * 0.78:
                    text, item, topic = self.decision(people)
                elif r < p:
                    text, item, topic = self.question()
                else:
                    text, topic = self.chatter(people)
                parts.append(text)
                if item is not None:
                    items.append(item)
                if topic is not None:
                    topics.append(topic)
            lines.append(Line(speaker, " ".join(parts), tuple(items), tuple(topics)))
        return Meeting(tuple(lines), tuple(cast))


def vocabulary() -> set[str]:
    """All words of the world, lower case, found by drawing many sentences."""
    w = World(random.Random(0), held_out=True)
    words: set[str] = set()
    for _ in range(60_000):
        words.update(t.strip(".,?").lower() for t in w.sentence().split())
    for s in SMALL_TALK:
        words.update(t.strip(".,?").lower() for t in s.split())
    return words


if __name__ == "__main__":
    print(len(vocabulary()), "words")
    demo = World(random.Random(1))
    for ln in demo.meeting(8, 8).lines:
        print(f"{ln.speaker}: {ln.text}   {list(ln.items)}")
