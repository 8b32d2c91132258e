"""Forms are written out for speed: what they say is what the GOV.UK macros say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.requests import Request

from gateway.domain.instant import Now
from gateway.web.mount import ANYONE, NONE_YET
from gateway.web.pages.fields import Fields
from gateway.web.pages.page import Page, PageRoute
from gateway.web.pages.rendering import environment
from gateway.world import World
from tests import cast
from tests.web.pages.visitors import Visitor

ITEMS = [("a", "First & last"), ("b", "Second", "What it <is>")]
HEADING = {"heading": True, "autocomplete": "off", "spellcheck": False}
WRONG = {"name": 'Write "this"'}
LEGEND: Mapping[str, object] = {"legend": {"text": "Which", "classes": "govuk-fieldset__legend--s"}}
MADE = [
    {"value": "a", "text": "First & last", "checked": True},
    {"value": "b", "text": "Second", "hint": {"text": "What it <is>"}},
]
PLAIN = {"id": "name", "name": "name", "label": {"text": "Its name"}, "hint": {"text": "As it is"}}
TWINS: tuple[tuple[str, tuple[object, ...], dict[str, object], str, str, dict[str, Any]], ...] = (
    ("field", ("name", "Its name", "As it is", "x<y"), {}, "input", "govukInput", {**PLAIN, "value": "x<y"}),
    (
        *(
            "field",
            ("name", "Its name", "As it is", "x"),
            {"heading": True, "autocomplete": "off", "spellcheck": False},
        ),
        *("input", "govukInput"),
        {
            **PLAIN,
            **{"value": "x", "autocomplete": "off", "spellcheck": False},
            "label": {"text": "Its name", "isPageHeading": True, "classes": "govuk-label--l"},
        },
    ),
    ("area", ("name", "Its name", "As it is", "x\ny"), {}, "textarea", "govukTextarea", {**PLAIN, "value": "x\ny"}),
    (
        *("ticks", ("name", "Which", ITEMS, "Any", ("a",)), {}, "checkboxes", "govukCheckboxes"),
        {"idPrefix": "name", "name": "name", "items": MADE, "fieldset": LEGEND, "hint": {"text": "Any"}},
    ),
    (
        *("choice", ("name", "Which", ITEMS, "One", "a"), {}, "radios", "govukRadios"),
        {"idPrefix": "name", "name": "name", "items": MADE, "fieldset": LEGEND, "hint": {"text": "One"}},
    ),
    (
        *("select", ("name", "Its name", ITEMS, "As it is", "a"), {}, "select", "govukSelect"),
        {
            **PLAIN,
            "items": [{"value": "a", "text": "First & last", "selected": True}, {"value": "b", "text": "Second"}],
        },
    ),
    (
        *("button", ("Go & see", "secondary", "act", "now"), {}, "button", "govukButton"),
        {"text": "Go & see", "classes": "govuk-button--secondary"}
        | {"preventDoubleClick": True, "name": "act", "value": "now"},
    ),
)


class Read(HTMLParser):
    """Tags with their attributes in one order, and words without the space around them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted((name, value or "") for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.found += [" ".join(data.split())] if data.strip() else []


def read(html: str) -> list[object]:
    """What a browser makes of it."""
    reader = Read()
    reader.feed(html)
    return reader.found


def page_with(world: World, errors: Mapping[str, str]) -> Page:
    row = PageRoute("GET", "/", lambda page: page.go("/"), ANYONE, NONE_YET)
    return Page(world, Request({"type": "http"}), row, Now(cast.NOON, cast.NOON), fields=Fields(), errors=errors)


@pytest.mark.parametrize("errors", [{}, WRONG], ids=["right", "wrong"])
@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin[0])
def test_a_form_says_what_the_gov_uk_macro_says(world: World, twin: Any, errors: Mapping[str, str]) -> None:
    ours, given, more, folder, macro, params = twin
    made = environment().get_template("forms.html").make_module({"page": page_with(world, errors)})
    if errors and ours != "button":
        params = {**params, "errorMessage": {"text": errors["name"]}}
    theirs = environment().get_template(f"govuk_frontend_jinja/components/{folder}/macro.html").module
    assert read(str(getattr(made, ours)(*given, **more))) == read(str(getattr(theirs, macro)(params)))


def test_the_navigation_says_what_the_gov_uk_macro_says(world: World) -> None:
    shown = re.search(
        r'<section aria-label="Service information".*?</section>',
        Visitor.of(world, "ada").get("/queue/calendar").text,
        re.S,
    )
    texts = {"Home": "/", "Write": "/compose", "Queue": "/queue", "Published": "/publications", "Accounts": "/accounts"}
    items = [
        {"text": text, "href": path, "active": path == "/queue"}
        for text, path in (texts | {"Notices": "/notices", "Status": "/status"}).items()
    ]
    theirs = environment().get_template("govuk_frontend_jinja/components/service-navigation/macro.html").module
    said = theirs.govukServiceNavigation({"serviceName": "Social gateway", "serviceUrl": "/", "navigation": items})  # type: ignore[attr-defined]
    assert shown is not None
    assert read(shown[0]) == read(str(said))
