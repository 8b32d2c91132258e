"""The table of every path: who may, how fresh the second factor must be, what answers. Nothing else is mounted.

A permission is a word of config/policy/roles.toml, which the action asks for; or ANYONE, HALF, SIGNED_IN.
"""

from __future__ import annotations

from typing import Any

from gateway.web.answers import (
    AccountAnswer,
    EntryAnswer,
    FreezeAnswer,
    GrantAnswer,
    MemberAnswer,
    NoticeAnswer,
    PublicationAnswer,
    ReleaseAnswer,
    SubmissionAnswer,
)
from gateway.web.answers import DeliveryAnswer as DeliveryShort
from gateway.web.api import (
    access,
    accounts,
    audit,
    breaches,
    deliveries,
    freezes,
    members,
    notices,
    posts,
    releases,
    signin,
    status,
    submissions,
    vaulting,
)
from gateway.web.mount import ANYONE, HALF, JSON, NONE_YET, OF_SESSION, SIGNED_IN, Route, fresh

PREFIX = "/api/v1"
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/octet-stream")
CALENDARS = (*JSON, "text/calendar", "application/rss+xml")
LARGE = frozenset({f"{PREFIX}/media", f"{PREFIX}/releases/import"})

ROUTES: tuple[Route, ...] = (
    Route("GET", "/status", status.show_status, ANYONE, NONE_YET, status.StatusAnswer),
    Route("GET", "/openapi.json", status.describe, SIGNED_IN, OF_SESSION, dict[str, Any]),
    # signing in
    Route("POST", "/sign-in", signin.sign_in, ANYONE, NONE_YET, signin.SessionAnswer),
    Route("POST", "/sign-in/code", signin.prove_code, HALF, NONE_YET, signin.SessionAnswer),
    Route("POST", "/sign-in/recovery", signin.prove_recovery, HALF, NONE_YET, signin.SessionAnswer),
    Route("POST", "/invitations/accept", signin.accept_invitation, ANYONE, NONE_YET, signin.SessionAnswer),
    Route("POST", "/enrolment", signin.begin_enrolment, HALF, fresh("enrol"), signin.EnrolmentAnswer, 201),
    Route("POST", "/enrolment/confirm", signin.confirm_enrolment, HALF, NONE_YET, signin.EnrolledAnswer),
    Route("POST", "/step-up", signin.step_up, SIGNED_IN, OF_SESSION, None, 204),
    Route("GET", "/session", signin.show_session, HALF, NONE_YET, signin.CallerAnswer),
    Route("DELETE", "/session", signin.sign_out, HALF, NONE_YET, None, 204),
    Route("GET", "/sessions", signin.list_sessions, SIGNED_IN, OF_SESSION, list[signin.OwnSession]),
    Route("DELETE", "/sessions", signin.sign_out_everywhere, SIGNED_IN, OF_SESSION, None, 204),
    Route("DELETE", "/sessions/{session_id}", signin.end_session, SIGNED_IN, OF_SESSION, None, 204),
    # members
    Route("GET", "/members", members.list_members, "member.read", OF_SESSION, list[MemberAnswer]),
    Route("POST", "/members", members.invite_member, "member.invite", OF_SESSION, members.InvitedAnswer, 201),
    Route(
        "POST",
        "/members/{member_id}/invitation",
        members.invite_again,
        "member.invite",
        OF_SESSION,
        members.InvitedAnswer,
        201,
    ),
    Route("PUT", "/members/{member_id}/roles", members.set_roles, "member.roles", fresh("roles"), None, 204),
    Route(
        "POST", "/members/{member_id}/leave", members.leave_member, "member.leave", fresh("leave"), members.ReportAnswer
    ),
    Route(
        "POST",
        "/members/{member_id}/unlock-factor",
        members.unlock_factor,
        "member.factor",
        fresh("unlock-factor"),
        None,
        204,
    ),
    Route(
        "POST",
        "/members/{member_id}/reset-factor",
        members.reset_factor,
        "member.factor",
        fresh("reset-factor"),
        members.InvitedAnswer,
    ),
    # accounts and grants
    Route("GET", "/accounts", accounts.list_accounts, "account.read", OF_SESSION, list[AccountAnswer]),
    Route("POST", "/accounts", accounts.create_account, "account.create", OF_SESSION, AccountAnswer, 201),
    Route(
        "PUT",
        "/accounts/{account_id}/factor",
        accounts.check_account_factor,
        "account.factor",
        OF_SESSION,
        AccountAnswer,
    ),
    Route(
        "POST",
        "/accounts/{account_id}/credential",
        accounts.connect_account,
        "account.connect",
        fresh("connect"),
        accounts.DepositAnswer,
        202,
    ),
    Route(
        "POST",
        "/accounts/{account_id}/authorisation",
        accounts.ask_account_consent,
        "account.connect",
        fresh("connect"),
        accounts.ConsentAnswer,
        202,
    ),
    Route(
        "GET",
        "/authorisations/{consent_id}",
        accounts.read_account_consent,
        "account.connect",
        OF_SESSION,
        accounts.ConsentAnswer,
    ),
    Route(
        "POST",
        "/authorisations/answer",
        accounts.answer_account_consent,
        "account.connect",
        OF_SESSION,
        accounts.ConsentAnswer,
        202,
    ),
    Route("GET", "/accounts/{account_id}/grants", accounts.list_grants, "grant.read", OF_SESSION, list[GrantAnswer]),
    Route(
        "POST", "/accounts/{account_id}/grants", accounts.give_grant, "grant.write", fresh("grant"), GrantAnswer, 201
    ),
    Route("POST", "/grants", accounts.give_grants, "grant.write", fresh("grant"), list[GrantAnswer], 201),
    Route("DELETE", "/grants/{grant_id}", accounts.end_grant, "grant.write", fresh("grant"), GrantAnswer),
    # what is said
    Route("POST", "/media", posts.add_picture, "post.write", OF_SESSION, posts.MediaAnswer, 201, PICTURES),
    Route("GET", "/posts", posts.list_posts, "post.read", OF_SESSION, list[posts.PostAnswer]),
    Route("POST", "/posts", posts.write_post, "post.write", OF_SESSION, posts.RevisionAnswer, 201),
    Route("GET", "/posts/{post_id}", posts.read_post, "post.read", OF_SESSION, posts.PostReadAnswer),
    Route("POST", "/posts/{post_id}/revisions", posts.revise_post, "post.write", OF_SESSION, posts.RevisionAnswer, 201),
    Route("GET", "/posts/{post_id}/media/{sha256}", posts.read_picture, "post.read", OF_SESSION),
    # putting forward and answering
    Route("GET", "/submissions", submissions.list_submissions, "post.read", OF_SESSION, list[SubmissionAnswer]),
    Route(
        "POST", "/submissions/check", submissions.check_submission, "post.write", OF_SESSION, submissions.CheckAnswer
    ),
    Route(
        "POST",
        "/submissions",
        submissions.submit_revision,
        "submission.submit",
        fresh("publish-now"),
        SubmissionAnswer,
        201,
    ),
    Route(
        "GET",
        "/submissions/{submission_id}",
        submissions.read_submission,
        "post.read",
        OF_SESSION,
        submissions.SubmissionReadAnswer,
    ),
    Route(
        "POST",
        "/submissions/{submission_id}/withdraw",
        submissions.withdraw_submission,
        "submission.withdraw",
        OF_SESSION,
        SubmissionAnswer,
    ),
    Route(
        "POST",
        "/submissions/{submission_id}/approve",
        submissions.approve_submission,
        "submission.approve",
        fresh("approve"),
        SubmissionAnswer,
    ),
    Route(
        "POST",
        "/submissions/{submission_id}/reject",
        submissions.reject_submission,
        "submission.approve",
        fresh("approve"),
        SubmissionAnswer,
    ),
    Route(
        "POST",
        "/submissions/{submission_id}/clear",
        submissions.clear_submission,
        "submission.clear",
        fresh("clear"),
        SubmissionAnswer,
    ),
    Route(
        "GET",
        "/submissions/{submission_id}/comments",
        submissions.list_comments,
        "post.read",
        OF_SESSION,
        list[submissions.CommentAnswer],
    ),
    Route(
        "POST",
        "/submissions/{submission_id}/comments",
        submissions.comment,
        "submission.comment",
        OF_SESSION,
        submissions.CommentAnswer,
        201,
    ),
    # the calendar
    Route("GET", "/releases", releases.list_releases, "account.read", OF_SESSION, list[ReleaseAnswer]),
    Route(
        "POST",
        "/releases/import",
        releases.import_calendar,
        "release.import",
        OF_SESSION,
        releases.ImportedAnswer,
        200,
        CALENDARS,
    ),
    Route("GET", "/release", releases.read_release, "account.read", OF_SESSION, releases.ReleaseReadAnswer),
    Route("POST", "/releases/confirm", releases.confirm_release, "release.confirm", OF_SESSION, ReleaseAnswer),
    Route("GET", "/releases/access", access.show_access, "access.read", OF_SESSION, access.AccessAnswer),
    Route("PUT", "/releases/access", access.give_access, "access.write", fresh("access"), access.AccessAnswer),
    Route("DELETE", "/releases/access", access.end_access, "access.write", fresh("access"), access.AccessAnswer),
    Route("POST", "/releases/change", releases.change_release, "release.change", OF_SESSION, releases.ChangedAnswer),
    # notices
    Route("GET", "/notices", notices.list_notices, SIGNED_IN, OF_SESSION, list[NoticeAnswer]),
    Route("POST", "/notices/{notice_id}/read", notices.read_notice, SIGNED_IN, OF_SESSION, NoticeAnswer),
    # deliveries
    Route("GET", "/deliveries", deliveries.list_deliveries, "post.read", OF_SESSION, list[DeliveryShort]),
    Route(
        "GET", "/deliveries/{delivery_id}", deliveries.read_delivery, "post.read", OF_SESSION, deliveries.DeliveryWhole
    ),
    Route(
        "POST",
        "/deliveries/{delivery_id}/settle",
        deliveries.settle_delivery,
        "delivery.settle",
        fresh("settle"),
        DeliveryShort,
    ),
    Route(
        "POST",
        "/deliveries/{delivery_id}/settle-by-link",
        deliveries.settle_by_link,
        "delivery.settle",
        fresh("settle"),
        deliveries.ErrandAnswer,
        202,
    ),
    Route(
        "POST",
        "/deliveries/{delivery_id}/look",
        deliveries.look_for_delivery,
        "delivery.settle",
        OF_SESSION,
        deliveries.ErrandAnswer,
        202,
    ),
    Route(
        "POST",
        "/deliveries/{delivery_id}/remove",
        deliveries.remove_publication,
        "publication.remove",
        OF_SESSION,
        deliveries.ErrandAnswer,
        202,
    ),
    Route(
        "POST",
        "/submissions/{submission_id}/remove",
        deliveries.remove_everywhere,
        "publication.remove",
        OF_SESSION,
        list[deliveries.ErrandAnswer],
        202,
    ),
    Route(
        "GET",
        "/submissions/{submission_id}/removals",
        deliveries.list_removals,
        "post.read",
        OF_SESSION,
        list[deliveries.ErrandAnswer],
    ),
    Route("GET", "/publications", deliveries.list_publications, "post.read", OF_SESSION, list[PublicationAnswer]),
    # breaches
    Route("GET", "/breaches", breaches.list_breaches, "breach.read", OF_SESSION, list[breaches.BreachAnswer]),
    Route("GET", "/breaches/{breach_id}", breaches.read_breach, "breach.read", OF_SESSION, breaches.BreachAnswer),
    Route(
        "POST",
        "/breaches/{breach_id}/acknowledge",
        breaches.acknowledge,
        "breach.handle",
        OF_SESSION,
        breaches.BreachAnswer,
    ),
    Route("POST", "/breaches/{breach_id}/close", breaches.close, "breach.handle", OF_SESSION, breaches.BreachAnswer),
    Route(
        "POST",
        "/breaches/{breach_id}/remove",
        breaches.remove,
        "publication.remove",
        OF_SESSION,
        deliveries.ErrandAnswer,
        202,
    ),
    # the vault
    Route("GET", "/vault/keys", vaulting.list_keys, "vault.read", OF_SESSION, list[vaulting.KeyAnswer]),
    Route("POST", "/vault/rotation", vaulting.rotate, "vault.rotate", fresh("rotate"), vaulting.AskedAnswer, 202),
    # freezes
    Route("GET", "/freezes", freezes.list_freezes, "freeze.read", OF_SESSION, list[FreezeAnswer]),
    Route("POST", "/freezes", freezes.freeze, "freeze.write", fresh("freeze"), freezes.FrozenAnswer, 201),
    Route("POST", "/freezes/{freeze_id}/thaw", freezes.thaw, "freeze.write", fresh("thaw"), FreezeAnswer),
    # the audit log
    Route("GET", "/audit/entries", audit.search_log, "audit.read", OF_SESSION, list[EntryAnswer]),
    Route("GET", "/audit/entries/{index}/proof", audit.prove_entry, "audit.read", OF_SESSION),
    Route("GET", "/audit/publications", audit.who_posted_what, "audit.read", OF_SESSION, list[audit.PostedAnswer]),
    Route("GET", "/audit/checkpoint", audit.show_checkpoint, "audit.read", OF_SESSION, audit.LogAnswer),
    Route("POST", "/audit/export", audit.export_log, "audit.export", fresh("export")),
)
