"""The table of every page: path, who may, how fresh the second factor must be, what answers (house §12).

Each room keeps its rows beside its functions as PAGES; a row that is not in here is not mounted.
"""

from __future__ import annotations

from starlette.routing import compile_path

from gateway.web.pages import (
    accounts,
    approving,
    auditing,
    composing,
    confirming,
    consent,
    deliveries,
    enrolling,
    granting,
    guarding,
    lifting,
    noticed,
    passkeys,
    people,
    posts,
    public,
    publications,
    queue,
    setting_up,
    signin,
    taking_over,
    templating,
)
from gateway.web.pages.page import PageRoute

PAGES: tuple[PageRoute, ...] = (
    *public.PAGES,
    *signin.PAGES,
    *enrolling.PAGES,
    *passkeys.PAGES,
    *setting_up.PAGES,
    *noticed.PAGES,
    *confirming.PAGES,
    *consent.PAGES,
    *accounts.PAGES,
    *composing.PAGES,
    *templating.PAGES,
    *posts.PAGES,
    *queue.PAGES,
    *deliveries.PAGES,
    *lifting.PAGES,
    *taking_over.PAGES,
    *publications.PAGES,
    *approving.PAGES,
    *people.PAGES,
    *granting.PAGES,
    *guarding.PAGES,
    *auditing.PAGES,
)
LARGE_PAGES = tuple(compile_path(row.path)[0] for row in PAGES if row.large)
