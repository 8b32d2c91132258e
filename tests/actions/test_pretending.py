"""The sandbox's first account in one act: everything it needs, nothing that the single acts would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.simulators.running import start
from gateway.actions.enrol import first_invitation
from gateway.actions.pretending import pretend_account
from gateway.domain.account import CredentialState, FactorState
from gateway.domain.grant import Kind
from gateway.domain.member import MemberState
from gateway.domain.refusal import Reason
from gateway.stage import Stage
from gateway.world import World
from tests.actions.test_credential import with_box_key
from tests.cast import bare_world, enrol, entries, make_world, migrated, pretend_platform, refused, who, write

EVERYTHING = ("account_owner", "administrator", "security_officer")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[World]:
    """A sandbox with one pretend platform and somebody who may set everything up."""
    built = with_box_key(make_world(f"sqlite:///{tmp_path}/gateway.db"))
    enrol(built, "all", *EVERYTHING)
    mastodon = replace(pretend_platform(), name="mastodon", fields=("access_token",), own_origin=True)
    with start("mastodon", tmp_path) as platform:
        stage = Stage({"social.example": platform.origin})
        yield replace(built, sandbox=True, stage=stage, platforms={"mastodon": mastodon})
    built.storage.close()


def test_outside_the_sandbox_nobody_pretends(sandbox: World) -> None:
    acting = who(sandbox, "all")
    refused(Reason.SANDBOX_ONLY, pretend_account, replace(sandbox, sandbox=False), acting)
    refused(Reason.SANDBOX_ONLY, pretend_account, replace(sandbox, stage=None), acting)
    elsewhere = Stage({"social.example": "http://127.0.0.1:1", "far.example": "http://192.0.2.1:80"})
    refused(Reason.STAGE_EMPTY, pretend_account, replace(sandbox, stage=elsewhere), acting)


def test_whoever_lacks_one_of_the_rights_gets_nothing(sandbox: World) -> None:
    for name in ("cyd", "olu", "sam", "ada"):
        refused(Reason.ROLE_MISSING, pretend_account, sandbox, who(sandbox, name))
    with sandbox.storage.reading() as readers:
        assert readers.accounts.all() == []


def test_one_act_opens_an_account_for_the_worker_to_check_and_gives_rights_to_everyone_else(sandbox: World) -> None:
    made = pretend_account(sandbox, who(sandbox, "all"))
    assert made.invited == ()
    with sandbox.storage.reading() as readers:
        (account,) = readers.accounts.all()
        (deposit,) = readers.deposits.where()
        given = {grant.member: set(grant.kinds) for grant in readers.grants.on_accounts([account.id])}
    assert (account.credential_state, account.factor_state) == (CredentialState.DEPOSITED, FactorState.ON)
    assert (account.origin, deposit.account, deposit.member) == ("https://social.example", account.id, "all")
    assert given["ada"] == {Kind.WRITE, Kind.PUBLISH_NOW}
    assert given["bola"] == {Kind.APPROVE}
    assert "all" not in given
    for act in ("account.create", "account.factor", "credential.deposit", "grant.give"):
        assert entries(sandbox, act), act


def test_where_there_is_nobody_to_write_and_to_approve_they_are_invited(sandbox: World) -> None:
    with sandbox.storage.unit() as unit:
        gone = [replace(one, state=MemberState.LEFT) for one in unit.members.all() if one.id != "all"]
    write(sandbox, *gone)
    made = pretend_account(sandbox, who(sandbox, "all"))
    assert [member.roles for member, _ in made.invited] == [("author",), ("approver", "clearer")]
    with sandbox.storage.reading() as readers:
        invited = {member.id: member.state for member, _ in made.invited}
        given = {grant.member for grant in readers.grants.on_accounts([made.account.id])}
    assert given == set(invited)
    assert set(invited.values()) == {MemberState.INVITED}
    assert pretend_account(sandbox, who(sandbox, "all")).invited == ()


def test_the_first_administrator_answers_for_accounts_in_a_sandbox_alone(tmp_path: Path) -> None:
    for is_sandbox, roles in ((False, ("administrator",)), (True, EVERYTHING)):
        empty = replace(bare_world(migrated(f"sqlite:///{tmp_path}/{is_sandbox}.db")), sandbox=is_sandbox)
        first = first_invitation(empty, "first", "First", "Digital")
        with empty.storage.reading() as readers:
            assert readers.members.get(first.member_id).roles == roles
        empty.storage.close()
