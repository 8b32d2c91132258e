"""The rules: pure functions from an Outgoing to Hits. What a Hit means is policy's (config/policy/checks.toml).

Raise RULES_VERSION with every change that can find more or less: what an older version judged is judged again.
`rules_of` builds them with what policy adds (config/policy/rules); RULES are those of a policy that adds nothing.
"""

from __future__ import annotations

from functools import lru_cache

from gateway.domain.check import Rule
from gateway.domain.rules import (
    credentials_leak,
    excessive_emoji,
    hashtag_case,
    internal_material,
    legal_risk,
    links,
    media_query_reply,
    offensive,
    party_political,
    personal_attack,
    personal_data,
    readability,
    security_incident,
    shouting,
    unsubstantiated_claim,
    vetting_disclosure,
    welsh_pair,
)
from gateway.domain.rules.heard import excusing, heard_rules
from gateway.domain.rules.lists import Lists
from gateway.domain.rules.missing_alt_text import missing_alt_text
from gateway.domain.rules.protective_marking import protective_marking
from gateway.domain.rules.sign_off import sign_off

RULES_VERSION = "8"

_FIXED: tuple[Rule, ...] = (
    *personal_data.RULES,
    protective_marking,
    missing_alt_text,
    *offensive.RULES,
    *security_incident.RULES,
    *vetting_disclosure.RULES,
    *internal_material.RULES,
    *personal_attack.RULES,
    *legal_risk.RULES,
    *credentials_leak.RULES,
)
_BUILT = (
    party_political,
    media_query_reply,
    unsubstantiated_claim,
    hashtag_case,
    excessive_emoji,
    shouting,
    links,
    readability,
    welsh_pair,
)


# What may not stand in a picture's words either (P9); how a picture is worded is nobody's style.
IN_PICTURES: tuple[Rule, ...] = tuple(rule for rule in _FIXED if rule is not missing_alt_text)


@lru_cache(maxsize=8)
def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """Every rule, with what policy adds; the same tuple for equal lists."""
    written = (*_FIXED, *(rule for module in _BUILT for rule in module.rules_of(lists)))
    if lists.heard is None:
        return written
    written = excusing(written, lists.heard)
    return (*written, *heard_rules(lists.heard, written))


RULES: tuple[Rule, ...] = rules_of(Lists())

__all__ = ["IN_PICTURES", "RULES", "RULES_VERSION", "Lists", "rules_of", "sign_off"]
