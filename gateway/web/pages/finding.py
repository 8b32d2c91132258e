"""Which row an address belongs to: for going on where someone was, and never anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from starlette.routing import compile_path

from gateway.actions.holding import Form
from gateway.web.pages.fields import Fields
from gateway.web.pages.page import Page, PageRoute


def row_of(page: Page, method: str, path: str) -> tuple[PageRoute, Mapping[str, str]] | None:
    """The row of this address with what stands in its places; None where the table has none."""
    rows: tuple[PageRoute, ...] = page.request.app.state.pages
    for row in rows:
        found = compile_path(row.path)[0].match(path) if row.method == method else None
        if found:
            return row, found.groupdict()
    return None


def next_of(page: Page) -> str:
    """Where to go after signing in: a page of our own table, else the home page; never off this site."""
    wanted = page.typed("next", page.query.one("next"))
    parts = urlsplit(wanted)
    is_ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if is_ours and not parts.netloc and row_of(page, "GET", parts.path) else "/"


def as_sent(page: Page, form: Form) -> Page | None:
    """The page request that a held form was; None where its address is no longer ours."""
    found = row_of(page, "POST", form.path) if form.sent else None
    if found is None:
        return None
    return replace(page, row=found[0], at=found[1], fields=Fields.of(form.fields), errors={}, status=200)
