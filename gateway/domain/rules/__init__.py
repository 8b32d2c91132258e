"""The rules: pure functions from an Outgoing to Hits. What a Hit means is policy's (config/policy/checks.toml).

Raise RULES_VERSION with every change that can find more or less: what an older version judged is judged again.
"""

from __future__ import annotations

from gateway.domain.check import Rule
from gateway.domain.rules import personal_data
from gateway.domain.rules.missing_alt_text import missing_alt_text
from gateway.domain.rules.protective_marking import protective_marking
from gateway.domain.rules.sign_off import sign_off

RULES_VERSION = "1"

RULES: tuple[Rule, ...] = (*personal_data.RULES, protective_marking, missing_alt_text)

__all__ = ["RULES", "RULES_VERSION", "sign_off"]
