"""How a Page's token is come by, from a system user's token or a person's consent; renewed and ended (page §1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors.contract import Authorisation, Conversation, Renewal, Sealed, SetupWrong
from connectors.facebook import answers
from connectors.graph import PAGE, SITE, Json, after, following, get, request, require_success, url
from connectors.listing import MOST
from connectors.oauth import CLIENT, sealed
from connectors.reading import ask, renewal, segment, string, thing, things
from connectors.words import Home

LONG = timedelta(days=60)  # where the platform does not say how long it lasts


def authorise(home: Home) -> Authorisation:
    """Where a person who has a task on the Page gives consent; what comes back is exchanged twice, then for the Page's.

    The fact `login_configuration` is the id that Login for Business asks for (`config_id`).
    """
    business = home.fact("login_configuration", 0)
    return Authorisation(
        url(home, "dialog/oauth", SITE),
        pkce=False,  # asked for nowhere where the application has a secret
        separator=",",
        more=(("config_id", str(business)),) if business else (),
        exchange=(exchanged, lasting),
    )


def exchanged(home: Home) -> Conversation[Renewal]:
    """A person's token for the code; it lives for an hour or two."""
    query = (*CLIENT, *sealed("redirect_uri", "code"))
    return renewal(answers.expect((yield from ask(get(home, "oauth/access_token", *query, authorised=False)))))


def lasting(home: Home, *more: tuple[str, str]) -> Conversation[Renewal]:
    """Another token for 60 days in place of a live one: only a Page's token made with such a one does not end."""
    query = (("grant_type", "fb_exchange_token"), *CLIENT, *more, ("fb_exchange_token", Sealed("access_token")))
    said = answers.expect((yield from ask(get(home, "oauth/access_token", *query, authorised=False))))
    return Renewal((("access_token", string(said, "access_token")),), lasts=renewal(said).lasts or LONG)


def of_the_page(home: Home) -> Conversation[Renewal]:
    """The token of the Page meant; nothing where a Page's own was brought. Raises SetupWrong where it reaches none."""
    cursor: str | None = None
    for _ in range(MOST):
        query = (("fields", "id,name,access_token,tasks"), ("limit", str(PAGE)), *following(cursor))
        answer = yield from ask(get(home, "me/accounts", *query))
        if answers.is_of_another_kind(answer):
            return Renewal(())  # a Page has no accounts: the token is its own
        page = answers.expect(answer)
        meant = next((one for one in things(page.get("data")) if _is_meant(one, home)), None)
        if meant is not None:
            return Renewal((("page_token", _writing(meant)),))
        cursor = after(page)
        if cursor is None:
            break
    raise SetupWrong("the token does not reach this Page: enter it by its id or exact name, and assign it")


def renewed(home: Home) -> Conversation[Renewal]:
    """A new Page token, and for a token that ends another 60 days, which must be asked for before its end.

    The Page token comes from the old one, so it is the old one's end that counts until the next refresh.
    """
    about = yield from inspected(home)
    if about.get("type") == "PAGE":
        return Renewal(())
    fields = (yield from of_the_page(home)).fields
    ends = about.get("expires_at")
    if type(ends) is not int or not 0 < ends < 1 << 33:
        return Renewal(fields)
    more = (("set_token_expires_in_60_days", "true"),) if about.get("type") == "SYSTEM_USER" else ()
    fresh = yield from lasting(home, *more)
    return Renewal((*fields, *fresh.fields), expires_at=datetime.fromtimestamp(ends, UTC))


def ended(home: Home) -> Conversation[None]:
    """End the token that was brought: a system user's by name, a person's with all that the person granted."""
    about = yield from inspected(home)
    if about.get("is_valid") is False:
        return
    if about.get("type") == "SYSTEM_USER":
        ending = get(home, "oauth/revoke", *CLIENT, ("revoke_token", Sealed("access_token")))
    elif about.get("type") == "USER":
        ending = request(home, "DELETE", f"{segment(string(about, 'user_id'))}/permissions")
    else:
        raise SetupWrong("a Page's own token is ended in the Page's settings: remove the application there")
    require_success(answers.expect((yield from ask(ending))))


def inspected(home: Home) -> Conversation[Json]:
    """What the platform says of the token that was brought."""
    answer = yield from ask(get(home, "debug_token", ("input_token", Sealed("access_token"))))
    return thing(answers.expect(answer).get("data"))


def handle(owner: Json, home: Home) -> str:
    """The name by which the register knows a Page: its id or its name, as it was entered; else its name."""
    known = {one.casefold(): one for one in (string(owner, "name"), string(owner, "id"))}
    return home.handle if home.handle.strip().casefold() in known else string(owner, "name")


def _is_meant(page: Json, home: Home) -> bool:
    return string(page, "id") == home.subject if home.subject else handle(page, home) == home.handle


def _writing(page: Json) -> str:
    tasks = page.get("tasks")
    if isinstance(tasks, list) and not {"CREATE_CONTENT", "MANAGE"} & {str(task) for task in tasks}:
        raise SetupWrong("the token's owner may not write on this Page: give it the task CREATE_CONTENT")
    return string(page, "access_token")
