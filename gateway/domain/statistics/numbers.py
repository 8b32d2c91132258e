"""Numbers: spelled-out cardinals, fractions, ratios and ranks, and which numbers a sentence explains."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gateway.domain.statistics.tokens import Kind, Token

SMALL = frozenset(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])
CARDINALS = SMALL | frozenset(
    [
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "hundreds",
        "thousand",
        "thousands",
        "million",
        "millions",
        "billion",
        "billions",
        "trillion",
        "dozen",
        "dozens",
        "zero",
        "nil",
    ]
)
TENS = frozenset(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
RANKS = frozenset(
    [
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
        "twentieth",
        "hundredth",
    ]
)
PARTS = frozenset(
    [
        "half",
        "halves",
        "thirds",
        "quarters",
        "fifths",
        "tenths",
        "double",
        "triple",
        "quadruple",
        "treble",
        "twofold",
        "threefold",
        "tenfold",
        "twice",
        "thrice",
        "majority",
        "minority",
        "doubled",
        "halved",
        "point",
    ]
)
AGES_BEFORE = frozenset({"aged", "age", "ages", "over", "under", "to", "and", "between", "-"})
AGES_AFTER = frozenset({"year-old", "year-olds", "years-old", "and", "to", "-", "or"})
# Parts that are shares of something, and what a figure of a statistic ends in.
SHARES = frozenset({"thirds", "quarters", "fifths", "tenths"})
ENDS_OF_FIGURES = ("%", "cent", "percent", "pp", "point", "points", "pence", "illion", "bn", "tn")
# What a figure hangs on before it, and after it: "raised 4.5%", "(4.5%", "4.5% off", "4.5% of our paper".
HOLDS = frozenset(
    [
        "a",
        "about",
        "above",
        "all",
        "almost",
        "and",
        "another",
        "are",
        "around",
        "as",
        "at",
        "be",
        "below",
        "between",
        "but",
        "by",
        "costs",
        "down",
        "exactly",
        "extra",
        "for",
        "from",
        "get",
        "gets",
        "gives",
        "got",
        "had",
        "has",
        "have",
        "hit",
        "is",
        "just",
        "least",
        "less",
        "more",
        "most",
        "nearly",
        "now",
        "of",
        "only",
        "or",
        "our",
        "over",
        "per",
        "plus",
        "raised",
        "reached",
        "reaches",
        "roughly",
        "save",
        "saved",
        "saves",
        "scored",
        "some",
        "than",
        "that",
        "the",
        "their",
        "this",
        "to",
        "under",
        "up",
        "versus",
        "vs",
        "was",
        "were",
        "with",
        "won",
        "worth",
        "(",
        "-",
        "+",
        ":",
        "=",
        "/",
        "~",
    ]
)
HANGS = frozenset(
    [
        "of",
        "off",
        "more",
        "fewer",
        "less",
        "higher",
        "lower",
        "better",
        "faster",
        "in",
        "for",
        "from",
        "to",
        "per",
        "a",
        "were",
        "are",
        "was",
        "is",
        "on",
        "towards",
        "said",
        "say",
        "voted",
        "agreed",
        "discount",
        "employer",
        "pension",
        "contribution",
        "pay",
        "rise",
        "bonus",
        "increase",
        "down",
        "up",
        "score",
        "rating",
        "uptime",
        ")",
        ",",
        "-",
        "/",
    ]
)
OPENED = frozenset({"of", "to", "-", "per"})
ALWAYS_SAID = frozenset({"100%", "110%"})
LOOK_AHEAD = 4
LARGE = 1000
SPANS = frozenset({"day", "days", "hour", "hours", "week", "weeks", "month", "months", "year", "years"})
HARD = re.compile(r"%|\bin \d|per ?cent|pp\b|million|billion|trillion|bn\b|\dm\b|^[£€$]|\d\.\d|\dk\b")
HOUR = re.compile(r"(?:[5-9]|1\d)\.[0-5]\d")
YEARS_OF_LIFE = frozenset({"year", "years"})
PREPOSITIONS = frozenset({"in", "on", "at", "for", "by", "per", "from", "over", "during", "a", "the", "this", "last"})


def is_number_word(word: str) -> bool:
    """Whether a word states a number, a part or a rank; hyphenated cardinals too ("twenty-one", "two-thirds")."""
    if word in CARDINALS or word in RANKS or word in PARTS:
        return True
    parts = word.split("-")
    return len(parts) > 1 and parts[0] in CARDINALS | {"one"} and parts[-1] in CARDINALS | RANKS | PARTS | {"one"}


def is_measure(word: str) -> bool:
    """A cardinal that measures the next word: "six-digit", "two-year". It states nothing by itself."""
    first, hyphen, rest = word.partition("-")
    return bool(hyphen) and first in CARDINALS | {"one"} and not is_number_word(rest) and rest != "point"


def numbers_in(sentence: Sequence[Token]) -> Iterator[int]:
    """Where numbers stand: figures, number words, and "one" where it counts ("one in four", "one per cent")."""
    for at, token in enumerate(sentence):
        if is_unit_of_time(sentence, at):
            continue
        if (
            token.kind is Kind.FIGURE
            or (token.kind is Kind.WORD and is_number_word(token.word))
            or (
                token.word == "one"
                and at + 1 < len(sentence)
                and sentence[at + 1].word in ("in", "point", "per", "percent")
            )
        ):
            yield at


def is_statistic(sentence: Sequence[Token], at: int) -> bool:
    """Whether a number is of the shape that statistics have: a share, a rate, a decimal, money, a large count."""
    word = sentence[at].word
    following = sentence[at + 1].word if at + 1 < len(sentence) else ""
    if sentence[at].kind is Kind.WORD:
        return word.rpartition("-")[2] in SHARES or following in ("point", "per", "percent", "in")
    whole = word.replace(",", "").lstrip("£$€")
    shaped = word.endswith(ENDS_OF_FIGURES) or "." in word or " in " in word or "/" in word or word[:1] in "+-"
    return word not in ALWAYS_SAID and (shaped or (whole.isdigit() and int(whole) >= LARGE) or not whole.isdigit())


def is_hard(sentence: Sequence[Token], at: int) -> bool:
    """Whether a number can hardly be anything but a result: a share, a rate, a decimal, money, millions. What may be an
    hour ("9.35") is not.
    """
    word = sentence[at].word
    following = [one.word for one in sentence[at + 1 : at + 3]]
    if sentence[at].kind is Kind.WORD:  # "two thirds of", "one in five"
        share = word.rpartition("-")[2] in SHARES and following[:1] == ["of"]
        share = share or following[:1] in (["per"], ["percent"], ["percentage"], ["million"], ["billion"])
        return share or (following[:1] == ["in"] and following[1:] != [] and is_number_word(following[1]))
    return bool(HARD.search(word)) and not HOUR.fullmatch(word)


def is_attached(sentence: Sequence[Token], at: int) -> bool:
    """Whether a number hangs together with the words beside it, as one that was put between or behind them does not."""
    before = sentence[at - 1].word if at else ""
    following = sentence[at + 1] if at + 1 < len(sentence) else None
    if before in HOLDS:
        return True
    hangs = OPENED if at == 0 else HANGS
    return following is not None and not following.capital and following.word in hangs


def is_unit_of_time(sentence: Sequence[Token], at: int) -> bool:
    """Whether "second" is counted itself ("90-second") and ranks nothing."""
    before = sentence[max(0, at - 2) : at]
    counted = any(one.kind is Kind.FIGURE or one.word in CARDINALS for one in before)
    return sentence[at].word in ("second", "seconds") and counted


def is_counted(sentence: Sequence[Token], at: int, units: frozenset[str]) -> bool:
    """Whether a unit follows within a few words ("12 new colleagues"), with no other number or stop between."""
    token = sentence[at]
    if token.word.endswith(("%", "cent", "percent", "pp", "point", "points", "pc")):
        return False
    large = token.word.replace(",", "").isdigit() and int(token.word.replace(",", "")) >= LARGE
    exact = large or "." in token.word.strip(".") or token.word[:1] in "£€$"
    if "-" in token.word and token.word.rpartition("-")[2] in units:
        return True
    for follower in sentence[at + 1 : at + 1 + LOOK_AHEAD]:
        if exact and follower.word in PREPOSITIONS:  # "£661.20 in the year": the year counts nothing
            return False
        if follower.word in (SPANS if large else YEARS_OF_LIFE if "." in token.word else ()):
            return False  # "64,000 working days" and "79.4 years" are figures, "90 days" a time
        if follower.word in units or any(part in units for part in follower.word.split("-")):
            return True
        if follower.kind not in (Kind.WORD, Kind.FIGURE) and follower.word not in ("-", ",", "to", "&"):
            return False
    return False


def is_age(sentence: Sequence[Token], at: int) -> bool:
    """Whether the number is an age that says whom the statistics cover ("aged 16 to 64", "16-year-olds")."""
    token = sentence[at]
    if not token.word.isdigit() or int(token.word) > 110:
        return False
    before = [one.word for one in sentence[max(0, at - 3) : at]]
    after = [one.word for one in sentence[at + 1 : at + 4]]
    aged = bool({"aged", "ages", "age"} & set(before))
    return aged or bool({"year-old", "year-olds"} & set(after))
