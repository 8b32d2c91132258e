"""Occasions: rules that run only while a profile asks for them: elections (embargo.md 4) and national mourning."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.domain.check import Rule
from gateway.domain.rules.forms import find_forms, form, in_words, phrases, rule_of

POLITICAL = phrases(
    r"""
    elections? | candidates? | manifestos? | hustings | ballots? | polling (?:day|stations?) | voters?
    campaign(?:s|ing|ers?)? | constituenc(?:y|ies) | swing | exit poll | opinion polls? | prime minister
    chancellor | ministers? | secretary of state | first minister
    shadow (?:cabinet|minister|chancellor|secretary) | mps? | msps? | parties | party leaders?
    government('s)? (?:policy|policies|plans?|record|target|targets|pledge) | policy announcement | new policy
    white paper | green paper | budget | spending review | debate night | leaders' debate | parliament | senedd
    holyrood | westminster | referendum
    """
)
LEVITY = phrases(
    r"""
    haha\w{0,6} | lol | lmao | fun | funny | joke | jokes | quiz | competition | giveaway | prize | party
    celebrat(?:e|es|ed|ing|ion|ions) | hooray | hurrah | woo ?hoo | yay | happy \w{3,14}(?: day)?
    congratulations | cheers | excited | exciting | thrilled | delighted | fantastic | amazing | awesome
    brilliant | cake | meme | gif | dance | bank holiday | sale | win | winner | champagne | throwback
    friday feeling | motivation | festive | merry
    """
)

political_mention = rule_of(
    "political_mention",
    "mentions politics in a pre-election period. Leave it out, or say why this cannot wait until after the poll.",
    find_forms(form(POLITICAL)),
    where=in_words,
)
levity = rule_of(
    "levity",
    "is light in tone while the country mourns. Keep it sober, or let it wait.",
    find_forms(form(LEVITY)),
    where=in_words,
)

OCCASIONS: Mapping[str, Rule] = {"political_mention": political_mention, "levity": levity}
