"""Members and what their signing in leaves behind."""

from __future__ import annotations

from gateway.domain.member import Member, MemberState
from gateway.domain.signin import (
    Challenge,
    Factor,
    FactorStatus,
    HeldForm,
    Invitation,
    Passkey,
    RecoveryCode,
    Session,
    StepUp,
    Tries,
)
from gateway.storage import tables
from gateway.storage.shelf import Shelf


class Members(Shelf[Member]):
    """People."""

    kind, table = Member, tables.members

    def by_name(self, name_key: str) -> Member | None:
        """The member with this canonical name, whatever its spelling was."""
        return next(iter(self.where(self.table.c.name_key == name_key)), None)

    def administrators(self) -> list[Member]:
        """Those who hold the role and have not left; a role list is short, so it is read and looked through."""
        people = self.where(self.table.c.state != MemberState.LEFT)
        return [member for member in people if "administrator" in member.roles]


class Factors(Shelf[Factor]):
    """Second factors."""

    kind, table = Factor, tables.factors

    def of(self, member: str) -> list[Factor]:
        """Those of a member that have not ended."""
        return self.where(self.table.c.member == member, self.table.c.status != FactorStatus.ENDED)


class Passkeys(Shelf[Passkey]):
    """Passkeys."""

    kind, table = Passkey, tables.passkeys

    def of(self, member: str) -> list[Passkey]:
        """Those of a member that have not ended, oldest first."""
        c = self.table.c
        return self.where(c.member == member, c.ended_at.is_(None), order=(c.created_at, c.id))

    def by_credential(self, credential: str) -> Passkey | None:
        """The one of this credential id, whoever's it is and whether it has ended."""
        return next(iter(self.where(self.table.c.credential == credential)), None)


class Challenges(Shelf[Challenge]):
    """What passkeys are asked to sign."""

    kind, table = Challenge, tables.challenges

    def unused_of(self, member: str) -> list[Challenge]:
        """Those of a member that were not used."""
        return self.where(self.table.c.member == member, self.table.c.used_at.is_(None))


class RecoveryCodes(Shelf[RecoveryCode]):
    """Recovery codes."""

    kind, table = RecoveryCode, tables.recovery_codes

    def unused(self, member: str) -> list[RecoveryCode]:
        """Those of a member that still work."""
        return self.where(self.table.c.member == member, self.table.c.used_at.is_(None), order=(self.table.c.id,))


class Invitations(Shelf[Invitation]):
    """One-time links."""

    kind, table = Invitation, tables.invitations

    def open_for(self, member: str) -> list[Invitation]:
        """Those of a member that were not used."""
        return self.where(self.table.c.member == member, self.table.c.used_at.is_(None))


class Sessions(Shelf[Session]):
    """Sessions."""

    kind, table = Session, tables.sessions

    def open_of(self, member: str) -> list[Session]:
        """Those of a member that were not ended."""
        return self.where(self.table.c.member == member, self.table.c.ended_at.is_(None))


class StepUps(Shelf[StepUp]):
    """Fresh factors bound to one act."""

    kind, table = StepUp, tables.step_ups

    def unused(self, session: str, act: str, subject: str, digest: str) -> list[StepUp]:
        """Those of a session for exactly this act, subject and digest."""
        c = self.table.c
        return self.where(
            c.session == session, c.act == act, c.subject == subject, c.digest == digest, c.used_at.is_(None)
        )

    def unused_of(self, member: str) -> list[StepUp]:
        """Those of a member that were not used, whatever they are for."""
        return self.where(self.table.c.member == member, self.table.c.used_at.is_(None))

    def unused_for(self, act: str, subject: str) -> list[StepUp]:
        """Those of anyone for this act and subject: for what two people do together."""
        c = self.table.c
        return self.where(c.act == act, c.subject == subject, c.used_at.is_(None), order=(c.at,))


class HeldForms(Shelf[HeldForm]):
    """What was typed and not yet done."""

    kind, table = HeldForm, tables.held_forms

    def untaken(self, member: str) -> list[HeldForm]:
        """Those of a member that still hold something, oldest first."""
        c = self.table.c
        return self.where(c.member == member, c.taken_at.is_(None), order=(c.at, c.id))


class TriesShelf(Shelf[Tries]):
    """Counted failures."""

    kind, table = Tries, tables.tries
