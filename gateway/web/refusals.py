"""The words a person sees for every Reason, with its HTTP status and, where one is at fault, the field to mend.

Words say what to do. They never repeat what was typed: the form still shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.domain.refusal import Reason, Refused
from gateway.identity.password import WORDS as PASSWORD_WORDS
from gateway.identity.password import Flaw


@dataclass(frozen=True)
class Words:
    """HTTP status, a title, what to do about it, and the field of the form that it concerns."""

    status: int
    title: str
    detail: str
    field: str | None = None


WORDS: Mapping[Reason, Words] = {
    # who
    Reason.NOT_SIGNED_IN: Words(401, "Sign in", "Sign in with your password and a code, then try again."),
    Reason.WRONG_CREDENTIALS: Words(
        401, "Not signed in", "The name or the password is wrong. Check both and try again.", "password"
    ),
    Reason.CODE_REFUSED: Words(403, "Wrong code", "That code is wrong. Type the code your app shows now.", "code"),
    Reason.CODE_REPLAYED: Words(403, "Used code", "That code has been used. Wait for the next one.", "code"),
    Reason.TOO_MANY_TRIES: Words(429, "Too many tries", "Wait until the time given, then try again.", "code"),
    Reason.FACTOR_LOCKED: Words(
        403, "Second factor locked", "Ask a security officer and an administrator to unlock it together.", "code"
    ),
    Reason.FACTOR_MISSING: Words(403, "No second factor yet", "Enrol a second factor first: begin, then confirm."),
    Reason.PASSKEY_REFUSED: Words(
        403, "Passkey not accepted", "That passkey was not accepted. Try again on this page.", "passkey"
    ),
    Reason.PASSKEY_OVER: Words(
        403,
        "Asked for too long ago",
        "A passkey answers once and within five minutes. Press the button again.",
        "passkey",
    ),
    Reason.PASSKEY_COPIED: Words(
        403,
        "Passkey may be copied",
        "This passkey has counted backwards, so there may be a second one like it. Sign in with your code app, remove "
        "the passkey and tell a security officer.",
        "passkey",
    ),
    Reason.PASSKEY_MISSING: Words(
        403, "No passkey yet", "You have no passkey here. Sign in with your code app and add one.", "passkey"
    ),
    Reason.PASSKEY_NEEDED: Words(
        403,
        "A passkey is needed",
        "Policy asks for a passkey here. Add one under Passkeys if you have none, then sign in and confirm with it.",
        "passkey",
    ),
    Reason.PASSKEY_ADDRESS: Words(
        409,
        "Passkeys need a name",
        "Browsers bind no passkey to an address in figures. Ask whoever runs the gateway to set [web] public_origin to "
        "its https:// name (on one machine: http://localhost and its port), and open it there.",
    ),
    Reason.STEP_UP_NEEDED: Words(
        403,
        "A fresh code is needed",
        "Confirm this act with a new code from your app: step up for the act, subject and digest given, then repeat.",
        "code",
    ),
    Reason.PASSWORD_REFUSED: Words(422, "Choose another password", PASSWORD_WORDS[Flaw.TOO_COMMON], "password"),
    Reason.NAME_TAKEN: Words(
        409, "Name taken", "Someone has, or had, this name in some spelling. Choose another.", "name"
    ),
    Reason.NAME_REFUSED: Words(
        422, "Name not usable", "Use up to 64 letters, digits, spaces and . _ - @ + ' in the name.", "name"
    ),
    Reason.ADDRESS_REFUSED: Words(
        422, "Address not usable", "Write an e-mail address like name@example.gov.uk, or leave it empty.", "email"
    ),
    Reason.INVITATION_REFUSED: Words(
        403,
        "Link no longer good",
        "The link was used, is too old or is incomplete. Ask whoever invited you for a new one.",
    ),
    Reason.MEMBER_LEFT: Words(
        403, "Not an active member", "This person cannot act here: they left or have not enrolled."
    ),
    Reason.ROLE_MISSING: Words(
        403, "Not your role", "None of your roles allows this. Ask someone whose role does, or an administrator."
    ),
    Reason.ROLES_CLASH: Words(
        409, "Roles that clash", "One person may not hold these together. Give one of them to someone else.", "roles"
    ),
    Reason.LAST_ADMINISTRATOR: Words(
        409, "The last administrator", "Make someone else administrator first, then repeat this."
    ),
    Reason.OWN_WORK: Words(
        403, "Your own work", "Nobody answers for their own work. Ask another person with the right."
    ),
    Reason.NO_GRANT: Words(
        403, "No grant on this account", "Ask the account's owner for a grant of the kind given, then repeat this."
    ),
    Reason.GRANT_SPAN: Words(422, "Grant without a span", "Let the grant end after it begins.", "ends"),
    Reason.NOT_ON_LIST: Words(
        403,
        "Not on the release's list",
        "Only the people on this release's access list may read or bind this before it is out. Ask someone with one of "
        "the roles given to put you on it.",
        "release",
    ),
    # what
    Reason.NOT_FOUND: Words(404, "Not found", "There is no such thing, or it is not yours to see. Check the address."),
    Reason.CHANGED_MEANWHILE: Words(
        409, "Changed meanwhile", "Someone changed this just now. Read it again, then repeat what is still right."
    ),
    Reason.EMPTY: Words(422, "Something is missing", "Fill in the field that is named."),
    Reason.TOO_LONG: Words(422, "Too long", "Shorten the field that is named."),
    Reason.FINDING_BLOCKS: Words(
        422,
        "A check stops this",
        "Run the check to see what was found, change the text and put it forward again.",
        "text",
    ),
    Reason.ALT_TEXT_MISSING: Words(422, "Alt text missing", "Say in words what the picture shows.", "pictures"),
    Reason.RIGHTS_MISSING: Words(
        422, "Rights note missing", "Say for each picture why we may use it: whose it is, or its licence.", "pictures"
    ),
    Reason.PICTURE_REFUSED: Words(
        422,
        "Picture not usable",
        "Use a still PNG, JPEG, GIF or WebP of at most 15 MB and 25 million pixels.",
        "picture",
    ),
    Reason.TIME_NAIVE: Words(
        422,
        "Which instant?",
        'Give the time with its zone (2026-03-02T09:30:00Z), or UK time as {"wall": "2026-03-02T09:30"}.',
        "wanted",
    ),
    Reason.TIME_PAST: Words(422, "That time is past", "Choose a time that is still to come.", "wanted"),
    Reason.TIME_AMBIGUOUS: Words(
        422, "That time comes twice", "Clocks go back then. Choose one of the two instants given.", "wanted"
    ),
    Reason.TIME_DOES_NOT_EXIST: Words(
        422, "That time does not exist", "Clocks go forward then. Choose one of the two instants given.", "wanted"
    ),
    Reason.DECLARATION_INCOMPLETE: Words(
        422, "Declaration incomplete", "Confirm every point of the declaration, the one given too.", "declared"
    ),
    Reason.DOUBT_UNWRITTEN: Words(
        422, "Write the doubt down", "Say what you are in doubt about for the approver.", "doubt"
    ),
    Reason.RELEASE_OR_CLAIM: Words(
        422,
        "Release or claim",
        "Either name the release the figures come from, or claim that there are no unpublished statistics.",
        "release",
    ),
    Reason.MUST_BIND: Words(
        422,
        "It speaks of a release to come",
        "Name the release given, so that it waits for it, or say nothing of it. Run the check to see what was found.",
        "release",
    ),
    Reason.PROFILE_HOLDS: Words(
        422,
        "Not during this period",
        "The policy for the period given holds posts of this kind. Choose a time after it ends.",
        "wanted",
    ),
    Reason.DRAFT_BOUND: Words(
        422,
        "Bound to a release",
        "This post was written or put forward for the release given, which is not out: put it forward for that "
        "release. Where that release was named by mistake, write the post anew.",
        "release",
    ),
    Reason.CLASS_UNKNOWN: Words(
        422, "Unknown content class", "Choose one of the content classes of policy.", "content_class"
    ),
    Reason.CLASS_LOWERED: Words(
        422,
        "Class cannot be lowered",
        "Keep the author's class or raise it; an approver never lowers it.",
        "content_class",
    ),
    Reason.REASON_MISSING: Words(422, "Say why", "Write the reason down; it is kept with your answer.", "reason"),
    Reason.DIGEST_DIFFERS: Words(
        409,
        "Not what you were shown",
        "The content is another than the digest you sent. Read it again before you answer.",
    ),
    Reason.ALREADY_ANSWERED: Words(
        409, "Already answered", "Your answer stands. Someone else has to give the next one."
    ),
    Reason.SAME_AS_BEFORE: Words(409, "Nothing would change", "It is like that already. Read it again."),
    Reason.WRONG_STATE: Words(409, "Not in this state", "This cannot be done in the state it is in. Read it again."),
    # where
    Reason.ACCOUNT_UNKNOWN: Words(422, "Unknown account", "Choose accounts from the register, each once.", "accounts"),
    Reason.ACCOUNT_FACTOR: Words(
        409,
        "The account's second factor",
        "The platform's second factor must be on, checked within policy and have a recovery owner. "
        "Ask a security officer to check it.",
        "accounts",
    ),
    Reason.ACCOUNT_UNCONNECTED: Words(
        409, "Account not connected", "Ask the account's owner to connect it before anything is scheduled.", "accounts"
    ),
    Reason.CORRECTS_NOTHING: Words(
        409,
        "Nothing published to correct",
        "Name the delivery of a post that is out now: what was removed or never went cannot be corrected by another.",
        "corrects",
    ),
    Reason.ACCOUNT_MISMATCH: Words(
        409,
        "Another account's credential",
        "The credential belongs to another account. Bring this account's own.",
        "fields",
    ),
    Reason.PLATFORM_UNKNOWN: Words(422, "Unknown platform", "Choose a platform that this gateway has.", "platform"),
    Reason.SANDBOX_ONLY: Words(
        409,
        "Only in the sandbox",
        'This gateway speaks to real platforms: pretend accounts are for a gateway with profile = "sandbox".',
    ),
    Reason.STAGE_EMPTY: Words(
        409,
        "No pretend platform answers",
        "Start `gateway sandbox`, put the settings that it prints into the settings file and start the gateway again.",
    ),
    Reason.CONSENT_NOT_OFFERED: Words(
        422,
        "Not connected by consent",
        "Bring its credential instead; or ask the operator to enter our application there in the settings.",
    ),
    Reason.CONSENT_NEEDED: Words(
        422, "Connected by consent alone", "This platform takes no pasted credential. Ask for its consent instead."
    ),
    Reason.CONSENT_REFUSED: Words(
        409, "Begin again", "That consent is over, was used, or is not yours. Begin connecting the account again."
    ),
    Reason.ORIGIN_REFUSED: Words(
        422, "Address not usable", "Give the server as https://host and nothing else.", "origin"
    ),
    Reason.CREDENTIAL_EXPIRED: Words(
        409,
        "Credential expired",
        "The platform no longer takes it. Ask the account's owner to connect again.",
        "accounts",
    ),
    Reason.FROZEN: Words(
        409, "Frozen", "A freeze covers this account. Ask the security officer; nothing is sent meanwhile."
    ),
    # when
    Reason.NOT_DUE: Words(409, "Not due yet", "It goes out by itself when it falls due."),
    Reason.EMBARGOED: Words(
        409,
        "Under embargo",
        "The release it is bound to is not out. Ask for it to go at release, not before.",
        "wanted",
    ),
    Reason.RELEASE_MOVED: Words(409, "The release moved", "Check the new instant, then put the post forward again."),
    Reason.RELEASE_NOT_FINAL: Words(
        409, "Release not final", "The calendar gives no final instant yet. Wait for it, or ask the release's owner."
    ),
    Reason.RELEASE_CANCELLED: Words(
        409, "Release cancelled", "Withdraw what is bound to it, or bind it to another release."
    ),
    Reason.RELEASE_UNKNOWN: Words(
        422, "Unknown release", "Choose a release from the calendar; ask an administrator to import it.", "release"
    ),
    Reason.PUBLICATION_UNSEEN: Words(
        409, "Publication not seen", "The release has not been seen. Two people may confirm that it is out."
    ),
    Reason.CALENDAR_STALE: Words(409, "Calendar too old", "Ask an administrator to import the calendar anew."),
    Reason.CALENDAR_REFUSED: Words(
        422, "Calendar not usable", "Nothing was imported. Mend the file and import it again."
    ),
    Reason.TOO_LATE: Words(409, "Too late", "Its window has closed. Put the post forward again with a new time."),
    Reason.CLOCK_UNSURE: Words(
        503, "Not sure of the time", "The gateway is not sure what time it is. Try again in a minute."
    ),
    Reason.PREDECESSOR_WAITS: Words(409, "Waits for another", "The part before it is not out. It follows by itself."),
    Reason.NOT_BEFORE: Words(409, "Not before its time", "The platform asked us to wait. It is tried again by itself."),
    # whether
    Reason.UNAPPROVED: Words(409, "Others must agree first", "Ask the next person entitled to give their yes."),
    Reason.APPROVAL_STALE: Words(409, "Approval too old", "Put the post forward again and have it approved anew."),
    Reason.UNCLEARED: Words(409, "Not cleared", "Ask a clearer to say whether it holds unpublished statistics."),
    Reason.AUTHOR_GONE: Words(409, "Its author left", "Someone else of the team must put the post forward again."),
    Reason.AUTHOR_UNGRANTED: Words(
        409, "Its author has no grant", "Have the grant renewed, or put the post forward as someone who holds one."
    ),
    Reason.FACTOR_RESET: Words(
        409,
        "Rests for a day",
        "A factor of its author was reset. Nothing of theirs is sent for a day; someone else may put it forward again.",
    ),
    Reason.APPROVER_GONE: Words(409, "Its approver left", "Have the post put forward and approved again."),
    Reason.CLEARER_GONE: Words(409, "Its clearer left", "Have the post put forward and cleared again."),
    Reason.RULES_CHANGED: Words(409, "The rules changed", "It is judged again by itself; read it again in a moment."),
    Reason.HELD_BY_PERSON: Words(
        409, "Held for a person", "Read why it is held, then have it lifted, put it forward again or withdraw it."
    ),
    Reason.HOLD_STAYS: Words(
        409, "This hold stays", "Nobody can lift a hold of this kind: put the post forward again, or withdraw it."
    ),
    Reason.RESTORED: Words(
        409,
        "Restored from a backup",
        "It may have gone out since the backup was made. Look at the account, then forward it again or withdraw it.",
    ),
    Reason.LINK_NEEDED: Words(
        422,
        "Proof of publication needed",
        "Name the address of the post (settle-by-link): the worker fetches it and compares its words.",
        "decision",
    ),
    Reason.PLATFORM_REFUSED: Words(
        409, "The platform refused", "Read what the platform said of it, change the post and put it forward again."
    ),
    # the house itself
    Reason.STORAGE_UNAVAILABLE: Words(
        503, "The database cannot be used", "Nothing was written. Try again in a minute, or tell the operator."
    ),
    Reason.MEDIA_UNREACHABLE: Words(
        409,
        "No address for pictures",
        "This platform fetches pictures from an https address of the gateway. Ask the operator to set [pictures] "
        "public_origin.",
    ),
    Reason.VAULT_SHUT: Words(
        503, "The vault is shut", "Nothing was stored. Ask the operator to start the worker with its key."
    ),
}

# The same reason with other words where its facts tell more.
_NO_SUCH_ROLE = Words(422, "Unknown role", "Choose roles that policy knows.", "roles")
# Holds that lifting does not end, and what does.
_HOLD_STAYS = {
    Reason.AUTHOR_GONE: "Its author has left: another author of the team puts the post forward again, or withdraw it.",
    Reason.UNCLEARED: "It may hold unpublished statistics: put it forward again, so that a clearer answers first.",
    Reason.MUST_BIND: "It speaks of a release: put it forward again bound to that release, or withdraw it.",
}
_NOT_LOOKED = Words(
    409, "Not looked enough", "Two complete looks that met nothing are needed. Ask for a look, then wait."
)
# Facts that tell of the house itself rather than of the act stay in the log.
UNSHOWN = frozenset({Reason.STORAGE_UNAVAILABLE, Reason.VAULT_SHUT})


def words_for(refusal: Refused) -> Words:
    """The words for this refusal, with its own field and its own reading of the fault where its facts hold them."""
    words = _told_apart(refusal)
    field, why = refusal.facts.get("field"), refusal.facts.get("why")
    return replace(
        words,
        field=field if isinstance(field, str) else words.field,
        detail=why if isinstance(why, str) else words.detail,
    )


def _told_apart(refusal: Refused) -> Words:
    words = WORDS[refusal.reason]
    if refusal.reason is Reason.ROLE_MISSING and "role" in refusal.facts:
        return _NO_SUCH_ROLE
    if refusal.reason is Reason.WRONG_STATE and refusal.facts.get("state") == "not-looked-enough":
        return _NOT_LOOKED
    if refusal.reason is Reason.HOLD_STAYS:
        hold = refusal.facts.get("hold")
        return replace(words, detail=next((said for why, said in _HOLD_STAYS.items() if why == hold), words.detail))
    if refusal.reason is Reason.PASSWORD_REFUSED and "flaw" in refusal.facts:
        return replace(words, detail=PASSWORD_WORDS[Flaw(str(refusal.facts["flaw"]))])
    return words
