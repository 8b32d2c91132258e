"""Words of the pages that are looked up by a key: what was done, what an act is called. Each room adds its own."""

from __future__ import annotations

from collections.abc import Mapping

# Shown once in a green banner after a redirect: page.go("/sessions", "session-ended").
DONE: Mapping[str, str] = {
    "signed-in": "You are signed in.",
    "enrolled": "Your second factor is set up.",
    "passkey-added": "The passkey is yours: sign in and confirm with it from now on.",
    "passkey-removed": "The passkey was removed. Your code app goes on.",
    "session-ended": "That session has ended.",
    "notice-read": "Marked as read.",
    "address-set": "Your notices go there too from now on; they stay on this page as well.",
    "thrown-away": "What you had typed was thrown away.",
    "draft-kept": "The words are kept as a draft.",
    "template-kept": "Your team can start from it now.",
    "template-removed": "It is off the list.",
    "put-forward": "It is put forward. Others answer it now.",
    "taken-over": "It is put forward as yours. Others answer it now.",
    "withdrawn": "It is withdrawn: it does not go out.",
    "look-asked": "The worker looks at the platform. Load the page again in a moment.",
    "link-asked": "The worker fetches that address and compares the words.",
    "lifted": "The hold is lifted: it goes on like any other.",
    "decided": "That is written down.",
    "removal-asked": "The worker takes it down. Load the page again in a moment.",
    "commented": "It is kept with the post, and those concerned are told.",
    "approved": "Your approval is given.",
    "rejected": "You rejected it: it does not go out.",
    "cleared": "Your word is given: it holds no unpublished statistics.",
    "not-cleared": "It is stopped: it may hold unpublished statistics.",
    "roles-set": "Their roles are changed; their sessions have ended.",
    "factor-unlocked": "Their factor is unlocked: the same code app goes on.",
    "factor-checked": "That is written down, with the time.",
    "grant-given": "The grant is given.",
    "grant-ended": "The grant has ended.",
    "thawed": "The freeze is lifted. What fell due meanwhile has lapsed and is not sent.",
    "breach-handled": "That is written down.",
    "account-registered": "The account is in the register.",
    "revocation-asked": "The worker ends it at the platform. Load the page again in a moment.",
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
    "lift": "let what a person held go on",
    "leave": "take this person out for good",
    "publish-now": "publish this now",
    "reset-factor": "reset this person’s second factor",
    "roles": "change this person’s roles",
    "rotate": "rotate the vault’s keys",
    "settle": "decide what became of this delivery",
    "thaw": "lift this freeze",
    "access": "change who may read what waits for a release",
    "revoke": "end this account’s credential at the platform",
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
    "corrects": "Corrects the delivery",
    "decision": "Your answer",
    "word": "Your word",
    "why": "Why",
    "content_class": "Class",
}

# Tiers of accounts: how many must agree.
TIERS: Mapping[str, str] = {
    "standard": "Standard",
    "flagship": "Flagship: more people must agree",
}

# What a finding asks for, and the colour of its tag.
SEVERITIES: Mapping[str, tuple[str, str]] = {
    "block": ("Change this", "red"),
    "reason": ("The approver must say why", "yellow"),
    "advise": ("Advice", "blue"),
}

# Content classes, with what each is for (policy P14); one that is not here is shown by its key.
CLASSES: Mapping[str, tuple[str, str]] = {
    "routine": ("Routine", "News, jobs, events: nothing anyone could be hurt by"),
    "statistical": ("Statistical", "Figures, or what they mean"),
    "policy": ("Policy", "Touches what government or parties decide"),
    "crisis": ("Crisis", "An incident, an error, a correction under pressure"),
}

# The author's declaration, point by point; one that is not here is shown by its key.
DECLARATION: Mapping[str, str] = {
    "common-sense": "I used common sense: I would say this in public under my own name",
    "civil-service-code": "It keeps to the Civil Service Code: honest, objective, impartial",
    "no-doubt": "I am in no doubt about it. If you are, leave this open and write the doubt down",
    "accurate": "It is accurate: I checked names, figures, dates and links",
    "permanent": "I know that it is permanent and public, even if it is removed",
}

# Fields of credentials as platforms call them.
CREDENTIALS: Mapping[str, str] = {
    "access_token": "Access token",
    "app_password": "App password",
    "client_id": "Client id",
    "client_secret": "Client secret",
    "identifier": "Handle or e-mail address to sign in with",
}
