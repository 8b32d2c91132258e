"""Words of the pages that are looked up by a key: what was done, what an act is called. Each room adds its own."""

from __future__ import annotations

from collections.abc import Mapping

# Shown once in a green banner after a redirect: page.go("/sessions", "session-ended").
DONE: Mapping[str, str] = {
    "signed-in": "You are signed in.",
    "enrolled": "Your second factor is set up.",
    "session-ended": "That session has ended.",
    "notice-read": "Marked as read.",
    "thrown-away": "What you had typed was thrown away.",
    "account-registered": "The account is in the register.",
    "credential-boxed": "The credential is on its way to the worker, which checks whose it is.",
}

# What a fresh code is asked for (gateway.actions.stepup.ACTS): the heading of the page that asks.
ACTS: Mapping[str, str] = {
    "approve": "answer this submission",
    "clear": "answer whether this holds unpublished statistics",
    "connect": "connect this account",
    "enrol": "change your second factor",
    "export": "export the audit log",
    "freeze": "freeze",
    "grant": "change who may act on an account",
    "leave": "take this person out for good",
    "publish-now": "publish this now",
    "reset-factor": "reset this person’s second factor",
    "roles": "change this person’s roles",
    "rotate": "rotate the vault’s keys",
    "settle": "decide what became of this delivery",
    "thaw": "lift this freeze",
    "access": "change who may read what waits for a release",
    "unlock-factor": "unlock this person’s second factor",
}

# Names of fields as people read them, for what is shown of a held form. A field that is not here is shown by its name.
FIELDS: Mapping[str, str] = {
    "name": "Name",
    "display_name": "Name as shown",
    "team": "Team",
    "roles": "Roles",
    "reason": "Reason",
    "text": "Text",
    "wanted": "Wanted time",
    "accounts": "Accounts",
    "release": "Release",
    "comment": "Comment",
}

# Tiers of accounts: how many must agree.
TIERS: Mapping[str, str] = {
    "standard": "Standard",
    "flagship": "Flagship: more people must agree",
}

# Fields of credentials as platforms call them.
CREDENTIALS: Mapping[str, str] = {
    "access_token": "Access token",
    "app_password": "App password",
    "client_id": "Client id",
    "client_secret": "Client secret",
    "identifier": "Handle or e-mail address to sign in with",
}


def platform(name: str) -> str:
    """A platform's name as people read it: `some_platform` → `Some Platform`."""
    return name.replace("_", " ").title()
