"""Passkeys (WebAuthn level 3): what a browser is asked, and its answers judged against every expectation.

Pure around Duo's `webauthn`: challenge, rp id, origin, public key and sign count are handed in, nothing is remembered.
A person shows presence and is verified by the authenticator (PIN, finger, face): always required. Import it where it is
used: `webauthn` brings 7 MB with it, which a process that rests does without.
"""

from __future__ import annotations

import binascii
import hmac
import json
import re
from collections.abc import Iterable

from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    RegistrationCredential,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gateway.identity.party import Known, NewPasskey, Party, Person
from gateway.identity.wrong import CountWentBack, WrongPasskey

PATIENCE_MS = 120_000
LONGEST = 20_000
CREDENTIAL_ID = re.compile("[A-Za-z0-9_-]{16,1364}")  # WebAuthn section 5.1: 16 to 1023 bytes
# Whatever a stranger's bytes make the parsers raise: a malformed answer is a wrong one.
MALFORMED = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    OverflowError,
    RecursionError,
    binascii.Error,
)


def registration_options(party: Party, issuer: str, person: Person, challenge: bytes, have: Iterable[str]) -> str:
    """What `navigator.credentials.create` is given, as JSON; `have` are the credential ids that are there already."""
    options = generate_registration_options(
        rp_id=party.rp_id,
        rp_name=issuer,
        user_id=person.handle,
        user_name=person.name,
        user_display_name=person.display_name,
        challenge=challenge,
        timeout=PATIENCE_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(have),
    )
    return options_to_json(options)


def assertion_options(party: Party, challenge: bytes, have: Iterable[str]) -> str:
    """What `navigator.credentials.get` is given, as JSON; only the credentials in `have` may answer."""
    options = generate_authentication_options(
        rp_id=party.rp_id,
        challenge=challenge,
        timeout=PATIENCE_MS,
        allow_credentials=_described(have),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def _described(credentials: Iterable[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential)) for credential in credentials]


def verify_registration(answer: str, *, challenge: bytes, party: Party) -> NewPasskey:
    """The passkey that a browser made for exactly this challenge, party and origin. Raises WrongPasskey."""
    try:
        parsed = parse_registration_credential_json(_bounded(answer))
        _require_own_page(parsed)
        made = verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except MALFORMED:
        raise WrongPasskey from None
    credential = bytes_to_base64url(made.credential_id)
    if credential != parsed.id or not CREDENTIAL_ID.fullmatch(credential):
        raise WrongPasskey
    return NewPasskey(credential, made.credential_public_key, made.sign_count)


def credential_of(answer: str) -> str:
    """Which credential an assertion says it is by (base64url), to look it up: no word of it is believed.

    Raises WrongPasskey.
    """
    try:
        said = json.loads(_bounded(answer))["id"]
    except MALFORMED:
        raise WrongPasskey from None
    if not isinstance(said, str) or not CREDENTIAL_ID.fullmatch(said):
        raise WrongPasskey
    return said


def verify_assertion(answer: str, *, challenge: bytes, party: Party, known: Known, handle: bytes) -> int:
    """The new sign count of `known`, which answered exactly this challenge from exactly this origin for its person.

    Raises WrongPasskey; CountWentBack where everything else is right and the count did not rise (WebAuthn section
    6.1.1): somebody may have copied the authenticator. A passkey that never counts says 0 always and may.
    """
    try:
        parsed = parse_authentication_credential_json(_bounded(answer))
        _require_own_page(parsed)
        # The count is judged below, so that a copied authenticator is told apart from any other wrong answer.
        shown = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except MALFORMED:
        raise WrongPasskey from None
    said = parsed.response.user_handle
    if parsed.id != known.credential or (said and not hmac.compare_digest(said, handle)):
        raise WrongPasskey
    count: int = shown.new_sign_count
    if (count or known.sign_count) and count <= known.sign_count:
        raise CountWentBack
    return count


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST:
        raise ValueError("longer than any authenticator's answer")
    return answer


def _require_own_page(parsed: RegistrationCredential | AuthenticationCredential) -> None:
    """Not from within a frame of somebody else's page (`crossOrigin`), which the library leaves to us."""
    if json.loads(parsed.response.client_data_json).get("crossOrigin", False) is not False:
        raise ValueError("from within another page")
