"""Never disclose protectively marked material (P9); words that are English too pass."""

from __future__ import annotations

import pytest

from connectors.words import Outgoing
from gateway.domain.check import Hit
from tests.domain.rules.said import SEEN, hits_of, saying

RULE = "protective_marking"


def hits(outgoing: Outgoing) -> list[Hit]:
    return hits_of(RULE, outgoing)


def names(outgoing: Outgoing) -> set[str]:
    return {hit.rule for hit in hits(outgoing)}


MARKED = [
    "OFFICIAL-SENSITIVE",
    "OFFICIAL SENSITIVE",
    "OFFICIAL - SENSITIVE",
    "OFFICIAL–SENSITIVE",
    "OFFICIAL: SENSITIVE",
    "OFFICIAL (SENSITIVE)",
    "[OFFICIAL][SENSITIVE]",
    "OFFICIAL_SENSITIVE",
    "OFFICIALSENSITIVE",
    "Official-Sensitive draft",
    "official-sensitive-plan",
    "O F F I C I A L - S E N S I T I V E",
    "OFFICIAL\u200b-\u200bSENSITIVE",
    "\u041eFFICIAL-SENSITIVE",
    "𝗢𝗙𝗙𝗜𝗖𝗜𝗔𝗟-𝗦𝗘𝗡𝗦𝗜𝗧𝗜𝗩𝗘",
    "OFFICIAL-SENSITIVE-COMMERCIAL",
    "OFFICIAL - COMMERCIAL",
    "OFFICIAL [LOCSEN]",
    "draft (O-S)",
    "draft OFFSEN",
    "SWYDDOGOL-SENSITIF",
    "TOP SECRET",
    "TOP-SECRET",
    "UK EYES ONLY",
    "UK/US EYES ONLY",
    "HMG USE ONLY",
    "RECIPIENTS ONLY",
    "FOR OFFICIAL USE ONLY",
    "MARKET SENSITIVE",
    "COMMERCIAL IN CONFIDENCE",
    "NOT PROTECTIVELY MARKED",
    "SECRET",
    "Minutes\nSECRET\nof the board",
    "[SECRET] rota",
    "(RESTRICTED) rota",
    "SECRET: rota",
    "CONFIDENTIAL - rota",
    "The rota. CONFIDENTIAL",
    "The rota | RESTRICTED",
    "UK SECRET",
    "marked OFFICIAL",
    "classified as SECRET",
    "EMBARGOED: not before half nine",
]
UNMARKED = [
    "official statistics",
    "Official Statistics",
    "OFFICIAL STATISTICS",
    "accredited official statistics, official statistics in development",
    "official: the census is open",
    "Official: sensitive topics need care",
    "It is OFFICIAL: our new site is live",
    "the secret of a good survey",
    "The SECRET of a good survey",
    "Secret Santa at the office",
    "sensitive topics",
    "answers are confidential to the census",
    "Protect your data",
    "PROTECT yourself online",
    "a restricted dataset",
    "Top secret? No, top chart",
    "for your eyes only",
    "embargoed until 09:30",
    "no-sensitive",
]


@pytest.mark.parametrize("text", MARKED)
def test_markings_are_found_in_text_alt_text_and_link(text: str) -> None:
    assert names(saying(text)) == {"protective_marking"}
    assert names(saying("Hello", alts=(f"{SEEN}\n{text}",))) == {"protective_marking"}


def test_a_marking_in_a_file_name_of_the_link_is_found() -> None:
    assert names(saying("Plan", link="https://example.org/a/OFFICIAL%20-%20SENSITIVE_plan.pdf")) == {
        "protective_marking"
    }
    assert names(saying("Plan", link="https://example.org/a/official-sensitive-plan.pdf")) == {"protective_marking"}


@pytest.mark.parametrize("text", UNMARKED)
def test_false_friends_pass(text: str) -> None:
    assert hits(saying(text)) == []
    assert hits(saying(f"Today: {text} and more")) == []


def test_the_evidence_is_the_marking_as_typed() -> None:
    (hit,) = hits(saying("Slides marked SECRET here"))
    assert hit.evidence == "SECRET"
    assert (hit.start, hit.end) == (14, 20)
