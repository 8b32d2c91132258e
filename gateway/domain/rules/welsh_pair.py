"""Welsh: where policy switches it on, an English post of certain accounts carries its Welsh, or says where it is.

Welsh Language Measure 2011, standards on social media; off unless config/policy/rules says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.words import Outgoing
from gateway.domain.check import Hit, Rule
from gateway.domain.rules.lists import Lists
from gateway.domain.rules.reading import words_of

RULE = "welsh_pair"
ADVICE = "This account posts in Welsh too. Add the Welsh, or say where it is, in the same post or thread."
WELSH = words_of(
    """
    a'r a'n a'ch ac am ar ein eich eu yn y yr i'r o'r mae bydd oedd gyda gan heddiw yfory ddoe cymru cymraeg gymraeg
    ystadegau swyddfa arolwg cyfrifiad data newydd gwybodaeth mwy darllenwch cyhoeddi cyhoeddwyd ymunwch rydym rydyn
    diolch croeso wedi hefyd nawr dyma sut beth pam pryd ble pwy a'i
    """
)
POINTER = re.compile(r"cymraeg|\bcy\.\w|yn gymraeg|@\w{0,20}cymr\w{0,10}|#\w{0,20}cymr\w{0,10}", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
LEAST_WELSH = 4


def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """No rule where the option is off; no account named means every account owes Welsh."""
    return (_rule(frozenset(lists.welsh_accounts)),) if lists.welsh else ()


def _rule(accounts: frozenset[str]) -> Rule:
    def welsh_pair(outgoing: Outgoing) -> Iterator[Hit]:
        owes = not accounts or outgoing.account in accounts
        if owes and outgoing.language != "cy" and outgoing.part == outgoing.parts and not is_paired(outgoing.text):
            yield Hit(RULE, ADVICE)

    return welsh_pair


def is_paired(text: str) -> bool:
    """Whether a text points to its Welsh or holds some: four different Welsh words."""
    if POINTER.search(text):
        return True
    return len({word for word in map(str.lower, WORD.findall(text)) if word.replace("’", "'") in WELSH}) >= LEAST_WELSH
