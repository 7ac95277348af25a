"""The sample meeting: a script, spoken by four espeak-ng voices onto two tracks, and its reference.

Microphone: one person, "Me". System audio: three more. The turns follow each other with natural pauses
and, now and then, somebody starts before the other has ended. `write` makes `mic.flac`, `system.flac`
and `reference.json`; the same script always gives the same meeting.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from models.starter.speech import SAMPLE_RATE, Voice, coloured_noise, speak

TITLE = "Atlas launch planning"

VOICES = {
    "Me": Voice("en-gb", "male3", 165, 45),
    "Anna": Voice("en-us", "female2", 160, 60),
    "Ben": Voice("en-gb-scotland", "male7", 155, 35),
    "Clara": Voice("en-gb-x-rp", "Alicia", 165, 50),
}

# (speaker, what is said, pause before it in seconds; negative: starts before the other has ended)
SCRIPT: tuple[tuple[str, str, float], ...] = (
    ("Me", "Good morning everyone. Can you hear me?", 0.8),
    ("Anna", "Yes, I can hear you. Good morning everyone.", 0.7),
    ("Ben", "Hello. How was your weekend?", 0.6),
    ("Clara", "It was nice, thank you.", 0.5),
    ("Me", "Let's get started. The first topic today is the release notes.", 0.9),
    ("Ben", "Engineering found twelve problems in the mobile app.", 0.6),
    ("Me", "Right.", -0.35),
    ("Ben", "It took nine days to test the payment service.", 0.5),
    ("Anna", "I am worried about the checkout flow.", 0.6),
    ("Me", "We decided to move the launch to March third.", 0.8),
    ("Clara", "That makes sense.", 0.5),
    ("Anna", "Ben, please update the release notes by Friday.", 0.7),
    ("Ben", "Sure. No problem.", 0.5),
    ("Me", "I will review the test plan by Tuesday.", 0.7),
    ("Clara", "Good idea.", -0.3),
    ("Me", "Let's move on. The next topic is the budget.", 0.9),
    ("Clara", "The finance team asked us about the budget.", 0.6),
    ("Anna", "I think the trade show booth is too expensive.", 0.6),
    ("Clara", "About forty percent said the price list is wrong.", 0.7),
    ("Me", "So we all agree to spend five thousand euros on the product video.", 0.8),
    ("Anna", "I agree.", 0.4),
    ("Ben", "Sounds good.", 0.5),
    ("Clara", "I will correct the price list before Thursday.", 0.7),
    ("Me", "Thank you, Clara.", 0.5),
    ("Ben", "Last week we had ninety orders. Phoenix has thirty new customers.", 0.7),
    ("Anna", "That is excellent for the sales team.", 0.5),
    ("Me", "Let's talk about the sales forecast.", 0.7),
    ("Anna", "Did Karl see the sales forecast?", 0.7),
    ("Me", "Karl told me that the sales forecast is ready.", 0.6),
    ("Anna", "Well done, everybody.", -0.25),
    ("Me", "Anna, can you send the sales forecast to the board by the end of the week?", 0.7),
    ("Anna", "Yes. Of course.", 0.5),
    ("Clara", "What about the marketing plan?", 0.8),
    ("Ben", "No, the marketing plan is not ready yet.", 0.6),
    ("Clara", "We still don't know who pays for the newsletter.", 0.7),
    ("Me", "I am not sure about that.", 0.5),
    ("Anna", "Maybe later.", 0.4),
    ("Me", "The next topic is the website.", 0.9),
    ("Ben", "Yesterday I showed the website to our customers.", 0.6),
    ("Anna", "Exactly.", 0.4),
    ("Ben", "Yes, the website looks great. The support team found three problems in the login page.", 0.6),
    ("Me", "The decision is to simplify the login page.", 0.8),
    ("Clara", "Exactly.", -0.3),
    ("Ben", "I am going to fix the error messages by next Monday.", 0.7),
    ("Me", "Okay. Clara, please translate the user guide for the new office.", 0.7),
    ("Clara", "I have to leave early today. Of course.", 0.6),
    ("Me", "The next topic is the office move.", 0.9),
    ("Ben", "The office move is late because nobody had time.", 0.6),
    ("Clara", "We have six weeks for the office move.", 0.6),
    ("Anna", "We lost two servers because of the holidays.", 0.8),
    ("Ben", "The backup was slow because the server was down.", 0.6),
    ("Me", "Ben will check the server logs until Wednesday.", 0.7),
    ("Ben", "Sure.", 0.4),
    ("Anna", "The open question is should we replace the monitoring dashboard.", 0.8),
    ("Me", "Then it is decided, we order the coffee machine for the new office.", 0.8),
    ("Clara", "Good idea. I need another coffee.", 0.4),
    ("Anna", "I promise to finish the customer survey by April tenth.", 0.8),
    ("Me", "My action item is to prepare the slides before the end of March.", 0.7),
    ("Ben", "We should not forget the security audit.", 0.6),
    ("Clara", "Is everybody here? I have nothing to add.", 0.6),
    ("Me", "That is all from me. See you next week.", 0.8),
    ("Anna", "Goodbye everyone.", 0.5),
    ("Clara", "Have a nice day.", -0.2),
    ("Ben", "Thank you very much. Goodbye everyone.", 0.5),
)

# What belongs in the minutes: (kind, text, owner, due).
EXPECTED: tuple[tuple[str, str, str | None, str | None], ...] = (
    ("decision", "move the launch to March third", None, None),
    ("action_item", "update the release notes", "Ben", "Friday"),
    ("action_item", "review the test plan", "Me", "Tuesday"),
    ("decision", "spend five thousand euros on the product video", None, None),
    ("action_item", "correct the price list", "Clara", "Thursday"),
    ("action_item", "send the sales forecast to the board", "Anna", "the end of the week"),
    ("open_question", "who pays for the newsletter", None, None),
    ("decision", "simplify the login page", None, None),
    ("action_item", "fix the error messages", "Ben", "next Monday"),
    ("action_item", "translate the user guide for the new office", "Clara", None),
    ("action_item", "check the server logs", "Ben", "Wednesday"),
    ("open_question", "should we replace the monitoring dashboard", None, None),
    ("decision", "order the coffee machine for the new office", None, None),
    ("action_item", "finish the customer survey", "Anna", "April tenth"),
    ("action_item", "prepare the slides", "Me", "the end of March"),
)


def _label(speaker: str) -> str:
    """The name the product can know without being told: remote voices are numbered as they appear."""
    order = list(dict.fromkeys(s for s, _, _ in SCRIPT if s != "Me"))
    return "Me" if speaker == "Me" else f"Speaker {order.index(speaker) + 1}"


def write(out: Path) -> dict[str, Any]:
    """Speak the meeting into `out`; returns the reference that stands beside it."""
    out.mkdir(parents=True, exist_ok=True)
    placed: list[tuple[str, float, np.ndarray]] = []
    segments: list[dict[str, Any]] = []
    end = 0.0
    for speaker, text, pause in SCRIPT:
        x = speak(text, VOICES[speaker])
        start = max(0.0, end + pause)
        track = "mic" if speaker == "Me" else "system"
        placed.append((track, start, x))
        stop = start + len(x) / SAMPLE_RATE
        segments.append(
            {
                "id": len(segments) + 1,
                "track": track,
                "speaker": _label(speaker),
                "name": speaker,
                "start_s": round(start, 3),
                "end_s": round(stop, 3),
                "text": text,
            }
        )
        end = max(end, stop)
    total = int((end + 1.2) * SAMPLE_RATE)
    rng = np.random.default_rng(11)
    for track, level_db, floor_db in (("mic", -6.0, -62.0), ("system", -4.0, -72.0)):
        x = coloured_noise(rng, total, 1.0) * 10 ** (floor_db / 20)
        for name, start, clip in placed:
            if name == track:
                at = int(start * SAMPLE_RATE)
                gain = 10 ** (level_db / 20) / (np.abs(clip).max() + 1e-9)
                x[at : at + len(clip)] += clip * gain
        sf.write(out / f"{track}.flac", np.clip(x, -1, 1), SAMPLE_RATE, subtype="PCM_16")
    reference = {
        "title": TITLE,
        "language": "English",
        "duration_s": round(total / SAMPLE_RATE, 3),
        "about": "Synthetic speech by espeak-ng; script and names are made up.",
        "speakers": [{"speaker": _label(n), "name": n, "track": "mic" if n == "Me" else "system"} for n in VOICES],
        "segments": segments,
        "minutes": _expected_minutes(segments),
    }
    (out / "reference.json").write_text(json.dumps(reference, indent=1) + "\n", encoding="utf-8")
    return reference


def _expected_minutes(segments: list[dict[str, Any]]) -> dict[str, Any]:
    minutes: dict[str, Any] = {"decisions": [], "action_items": [], "open_questions": []}
    for kind, text, owner, due in EXPECTED:
        spoken = next(s for s in segments if text in s["text"])
        evidence = [spoken["id"]]
        if kind == "decision":
            minutes["decisions"].append({"text": text, "evidence": evidence})
        elif kind == "open_question":
            minutes["open_questions"].append({"text": text, "evidence": evidence})
        else:
            # Who says "I will" is known by voice only; who is called by name, by name.
            by_name = owner is not None and owner in spoken["text"]
            label = owner if by_name or owner is None else _label(owner)
            minutes["action_items"].append({"task": text, "owner": label, "due": due, "evidence": evidence})
    return minutes


if __name__ == "__main__":
    made = write(Path(__file__).parent / "sample")
    print(f"{made['duration_s'] / 60:.1f} min, {len(made['segments'])} turns")
