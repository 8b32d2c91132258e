"""A no on a page: the house's words as {field: message}, or a page of its own where no form is to blame."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from starlette.responses import Response

from gateway.domain.refusal import Refused
from gateway.web.pages.page import Page
from gateway.web.problems import PLAIN
from gateway.web.refusals import UNSHOWN, words_for
from gateway.web.walltime import wall

# Facts of a refusal that a person needs, and how they are said.
FACTS: Mapping[str, str] = {
    "retry_at": "You can try again after {}.",
    "earlier": "The earlier one is {}.",
    "later": "The later one is {}.",
    "allowed": "At most {} are allowed.",
}


def errors_of(refusal: Refused) -> dict[str, str]:
    """The error summary of a refusal: {field: what to do}, "" where no field is to blame."""
    words = words_for(refusal)
    facts = {} if refusal.reason in UNSHOWN else refusal.facts
    more = [say.format(_said(facts[name])) for name, say in FACTS.items() if facts.get(name) is not None]
    return {words.field or "": " ".join([words.detail, *more])}


def _said(fact: object) -> str:
    try:
        return wall(datetime.fromisoformat(str(fact)))
    except ValueError:
        return str(fact)


def refused_page(page: Page, refusal: Refused) -> Response:
    """A refusal as a page of its own, with what was typed."""
    words = words_for(refusal)
    return _no(page, words.status, words.title, " ".join(errors_of(refusal).values()))


def plain_page(page: Page, status: int, detail: str = "", id: str = "") -> Response:
    """The web's own no (404, 403, 500 …) as a page."""
    _, title, words = PLAIN[status]
    return _no(page, status, title, detail or words, id)


def _no(page: Page, status: int, title: str, detail: str, id: str = "") -> Response:
    typed = page.fields.pairs if page.row.holds else ()
    shown = tuple((name, value) for name, value in typed if name != "csrf_token" and value)
    return page.with_errors({}, status).render("refused.html", title, detail=detail, typed=shown, id=id)
