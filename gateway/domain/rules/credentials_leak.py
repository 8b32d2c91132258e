"""Credentials: passwords, keys, tokens and codes, by their word, shape or randomness (P20, P24: ONS hard breaches)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from gateway.domain.rules.forms import rule_of
from gateway.domain.rules.reading import Span, words_of

RULE = "credentials_leak"
ADVICE = "seems to give a password, key, token or code. Take it out, have it changed at once, and tell IT Security."

SHAPES = re.compile(
    r"-----BEGIN [A-Z ]{0,30}(?:PRIVATE KEY|CERTIFICATE REQUEST)|(?<![A-Za-z0-9])(?:(?:AKIA|ASIA|AROA|\
    AIDA)[A-Z0-9]{12,20}"
    r"|gh[pousr]_[A-Za-z0-9]{16,80}|github_pat_\w{16,90}|glpat-[\w-]{12,40}|xox[abeoprs]-[\w-]{8,90}|\
    sk-(?:[a-z]{2,8}-)?[\w-]{12,90}"
    r"|[srp]k_(?:live|test)_[A-Za-z0-9]{8,90}|AIza[\w-]{20,50}|ya29\.[\w-]{10,90}|eyJ[\w-]{8,400}\.[\w-]{4,400}|\
    hf_[A-Za-z0-9]{16,50}"
    r"|npm_[A-Za-z0-9]{16,50}|pypi-[\w-]{16,90}|dop_v1_[a-f0-9]{16,70}|SG\.[\w-]{10,40}\.[\w-]{10,60}|AC[a-f0-9]{32}|\
    key-[a-f0-9]{32}"
    r"|ssh-(?:rsa|ed25519|dss) [A-Za-z0-9+/=]{20,800}|otpauth://\S{4,200}|age1[a-z0-9]{20,70}|\
    AGE-SECRET-KEY-\w{10,80}|hvs\.[\w-]{12,90})"
    r"|[a-z][a-z0-9+]{1,12}://[^\s:/@]{1,60}:[^\s@/]{1,80}@[\w.-]{2,80}|[Bb]earer [A-Za-z0-9._~+/-]{12,300}|\
    [Bb]asic [A-Za-z0-9+/]{12,200}={0,2}"
)
NAME = (
    r"(?:(?:log ?in|admin|root|guest|staff|temp(?:orary)?|default|our|the|wi-?fi|shared|new|master|database|db|server|\
    router|test|user)?[ _-]?"
    r"(?:password|passw0rd|passwd|pass ?phrase|pass ?word|pwd|passcode|pass ?code|p/w|pw)s?"
    r"|(?:api|access|secret|private|client|auth|signing|encryption|account|aws|app|service|master|ssh|webhook|\
    subscription|storage)[ _-]?(?:access[ _-]?)?(?:key|token|secret)(?:[ _-]?id)?|[A-Z_]{0,30}(?:_KEY|_TOKEN|_SECRET|\
    _PASSWORD|_PASS|_PWD)"
    r"|token|secret|credentials?|(?:2fa|mfa|otp|one[ -]time|verification|authenticat(?:or|ion)|recovery|back ?up|\
    security|reset|sign[ -]in|log[ -]?in)[ -](?:code|pin|passcode|key)s?"
    r"|(?:door|entry|gate|alarm|keypad|building|access|safe|key ?safe|lift|car park|barrier|office|room|host|admin|\
    bike shed|server room)[ -](?:entry )?(?:code|pin|combination)|\bpin(?: code| number)?|log ?ins?(?: details)?|\
    user ?name|wi-?fi(?: code| key)?|combination|host key)"
)
LINKED = (
    r"(?: (?:for|to|of|on|in) (?:the |our |my )?[\w-]{1,20}(?: [\w-]{1,16}){0,3})?"
    r"(?P<link> ?(?:=>|->|==?|:=?|→) ?| (?:(?:is|are|was) (?:still|just|currently|again|always|literally|simply|\
    back to|now|changed to|actually|only)|is|are|was|now|reads|remains|still set to|set to|still|has changed to|\
    changed to|is now|set to|is set to|today is|this week is|\
    has been set to):? )"
)
SAID = re.compile(rf"(?<!\w){NAME}{LINKED}(?P<quote>['\"“‘`<(]?)(?P<value>[^\s'\"”’`<>]{{3,120}})", re.IGNORECASE)
PAIR = re.compile(
    r"(?<!\w)(?:user(?:name)?|login|log in|sign in|signed in|logs? in|admin|account)\b[^\n]{0,40}?\b(?:pass(?:word|\
    code)?|pwd|pw)\b[ :=]{0,3}(?P<value>[^\s'\"]{4,60})"
    r"|(?<!\w)(?:log|sign|get)(?:ged)? in (?:with|using|as) (?:the )?(?:user(?:name)? |password |\
    pin |code )?(?P<v2>[^\s'\"]{3,40} ?(?:/|and|with|\
    :) ?[^\s'\"]{0,40}\d[^\s'\"]{0,20})"
    r"|(?<!\w)(?:code|pin|combination|password|passcode)(?: (?:to|for) (?:get|enter|open|unlock|\
    the)\b[^.\n]{0,40}?)? (?:is|:|=) ?(?P<v3>\d{4,8}\b|\
    [\w!@£$%^&*]{0,20}\d[\w!@£$%^&*]{2,20})",
    re.IGNORECASE,
)
BARE = re.compile(
    r"(?:(?<![\w-])(?<!sic )(?<!soc )(?<!gss )(?<!tax )(?<!area )(?<!the )(?<!geography )(?<!error )(?<!discount )(?<!product )(?:pin|code|passcode|combination|password|passwd|pwd|pw|secret|token|key|passphrase)(?: (?:number|code|key))?[ ]['\"“(]?"  # noqa: E501 - one shape, read in one line
    r"(?P<value>(?=[^\s]{0,60}\d)[^\s'\"”)]{4,100})|(?<!\w)(?:code|pin|otp|passcode|token)\b[^.\n]{0,60}? (?:is|was|\
    :) ?(?P<digits>\d{2,4}[ -]\d{2,4}(?:[ -]\d{2,4})?)"
    r"|(?<!\w)(?:one[ -]time|access|verification|security|entry|meeting|joining|sms|login|log-in|\
    authentication) (?:pass)?(?:code|pin|key)s? (?P<spoken>\d{2,4}(?:[ -]\d{2,4}){1,3})(?!\d)|\
    (?<!\w)pin (?P<keyed>\d{3,8}[#*])"
    r"|(?:^|\s)-p(?P<flag>[A-Za-z0-9!@$%^&*]{5,40})(?=\s|$))",
    re.IGNORECASE,
)
MADE_UP = re.compile(
    r"(?<![\w#@/.-])(?=[A-Za-z!@$%&*]{0,24}\d)(?P<value>[A-Z]?[a-z]{3,20}[!@$%&*_]?\d{2,6}[!@$%&*]{0,3})(?![\w-])"
)
TALK_OF_SECRETS = re.compile(
    r"\b(?:log ?ins?|log(?:ged)? in(?:to)?|sign(?:ed)? in|passwords?|pass ?code|pwd|wi-?fi|credentials|admin account|\
    unlock)\b",
    re.IGNORECASE,
)
ORDINARY = re.compile(
    r"(?:census|covid|cop|wave|chapter|table|phase|year|version|part|stage|level|room|june|july|q|h|week|\
    day)[!]?\d{1,4}!?",
    re.IGNORECASE,
)
PUBLIC_CODE = re.compile(r"[EWSNKJLM]\d{8}|[A-Z]\d{2}[A-Z]|\d{1,3}[A-Z]{1,2}", re.IGNORECASE)  # GSS and tax codes
NOT_A_VALUE = words_of(
    """
    a about advice all also always an and any are at based be because being best better between both but by can case
    change changed changes changing characters check choose client clear confidential correct day details different
    difficult does done easy enough ever expired expires expiry every for forgotten free from gone good great guide
    hard help here hidden how important in invalid it its just keep kept key known last least letters like likely
    locked long longer made managed manager managers may more must necessary needed never new no not now of off often
    old on one only open or our out over own people personal policy posted printed private protected protection read
    ready required reset reused right safe same secret secure security sent set shared short should simple simply so
    some stolen stored strong stronger such supposed that the their them there they this three through tips to too two
    unique up updated used users using valid very wait weak what when where which why will with wrong yes you your
    yours found working available on-screen something anything everything nothing somewhere usually normally still
    been essential vital worth dead hello having sending getting knowing making simple: needed. required. data science
    statistics
    """
)
CANDIDATE = re.compile(r"(?<![\w/.@#=&?%+-])[A-Za-z0-9+/_=-]{24,200}(?![\w/.@%-])")
LEAST_BITS = 3.6
STRONG_LINK = re.compile(r"[=:→>]")
NUMBERED = re.compile(r"\d")


def find_credentials(text: str) -> Iterator[Span]:
    """Known shapes; a word for a secret with its value; long random letters and digits."""
    yield from (match.span() for match in SHAPES.finditer(text))
    for match in SAID.finditer(text):
        if _is_secret(match["value"], bool(STRONG_LINK.search(match["link"])), bool(match["quote"]), match[0]):
            yield match.span()
    for match in PAIR.finditer(text):
        value = match["value"] or match["v2"] or match["v3"]
        if _is_secret(value, True, False, match[0]) and NUMBERED.search(value):
            yield match.span()
    yield from (match.span() for match in BARE.finditer(text) if _is_bare_secret(match))
    if TALK_OF_SECRETS.search(text):
        yield from (match.span() for match in MADE_UP.finditer(text) if not ORDINARY.fullmatch(match[0]))
    yield from (match.span() for match in CANDIDATE.finditer(text) if is_random(match[0]))


def _is_secret(value: str, equals: bool, quoted: bool, said: str) -> bool:
    """Whether what follows "password is" is a value rather than advice about passwords."""
    bare = value.strip(".,;:!?)]}*")
    if len(bare) < 3 or bare.lower().strip("-") in NOT_A_VALUE or bare.lower().startswith(("http", "www.")):
        return False
    mixed = any(c.isdigit() for c in bare) or not bare.isalnum() or (not bare.islower() and not bare.istitle())
    named = "pass" in said.lower() or "pwd" in said.lower() or "pw" in said.lower() or "code" in said.lower()
    if mixed:
        return len(bare) >= 4 and not re.fullmatch(
            r"[^\W\d]{1,20}-[^\W\d]{1,20}|[a-z]{2,14}[’'][a-z]{1,3}|\d{1,2}(?:am|pm|th|st|nd|rd)?", bare
        )
    return quoted or (named and (not equals or len(bare) >= 6) and bare.isascii())


def _is_bare_secret(match: re.Match[str]) -> bool:
    """A value straight behind its word: digits behind "pin" or "code", letters with digits behind any."""
    value = (match["value"] or "").strip(".,;:!?")
    if not value:
        return bool(match["digits"] or match["spoken"] or match["keyed"]) or any(c.isdigit() for c in match["flag"])
    if value.isdigit():
        return len(value) >= 4 and match[0].lower().startswith(("pin", "code", "passc", "combi", "passw"))
    if PUBLIC_CODE.fullmatch(value):
        return False
    return any(c.isalpha() for c in value) and len(value) >= 6 and not re.fullmatch(r"\d{1,2}[-–]\w+", value)


def is_random(letters: str) -> bool:
    """Whether letters and digits are drawn at random: of all three kinds, and near their greatest entropy.

    Words joined by capitals or dashes, GSS codes and the like are not: they hold few digits and repeat letters.
    """
    kinds = (any(c.islower() for c in letters), any(c.isupper() for c in letters), any(c.isdigit() for c in letters))
    if sum(kinds) < 2 or not kinds[2] or sum(c in "-_/" for c in letters) > 3:
        return False
    counted = Counter(letters)
    bits = -sum(n / len(letters) * math.log2(n / len(letters)) for n in counted.values())
    digits = sum(c.isdigit() for c in letters)
    return bits >= LEAST_BITS and digits >= 3 and (all(kinds) or len(letters) >= 32)


RULES = (rule_of(RULE, ADVICE, find_credentials),)
