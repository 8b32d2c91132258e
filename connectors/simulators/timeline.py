"""Plain pages of what a pretend platform shows, all of it or one account's, so that a newcomer sees posts arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from connectors.simulators.pretend import Answer

MOST = 200
TIMELINE = "/_sim/timeline/"
_STYLE = """
body { font: 1rem/1.5 sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: #0b0c0c }
article { border: 1px solid #b1b4b6; border-radius: .5rem; padding: 1rem; margin: 1rem 0 }
article p { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0 }
header, footer, figcaption { color: #505a5f; font-size: .875rem; overflow-wrap: anywhere }
img { max-width: 100%; border: 1px solid #b1b4b6 } figure { margin: .5rem 0 }
.foreign { border-left: .5rem solid #d4351c }
"""
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def page(platform: str, posts: Sequence[Mapping[str, Any]], account: str | None = None) -> Answer:
    """The newest posts of all accounts, or of one, as HTML that renews itself every 2 seconds."""
    handles = {str(post["account"]): str(post["handle"]) for post in posts}
    own = [post for post in posts if account in (None, str(post["account"]))]
    name = f"Pretend {platform.replace('_', ' ').title().replace('Linkedin', 'LinkedIn')}"
    title = escape(name if account is None else f"{handles.get(account, account)} on {name}")
    shown = "".join(_article(post) for post in own[:MOST]) or "<p>Nothing has been posted yet.</p>"
    return Answer(
        200,
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>'
        f"<body><main><h1>{title}</h1><p>Not the real platform: a simulator on this machine. {_count(own)}.</p>"
        f"{_doors(handles, account)}{shown}</main></body></html>",
        _HEADERS,
        "text/html",
    )


def _count(posts: Sequence[Mapping[str, Any]]) -> str:
    return "1 post" if len(posts) == 1 else f"{len(posts)} posts"


def _doors(handles: Mapping[str, str], here: str | None) -> str:
    """Links to each account's own timeline, and back to all of them."""
    if here is not None:
        return '<p><a href="/">All accounts</a></p>'
    links = (f'<li><a href="{escape(TIMELINE + quote(id, safe=""))}">{escape(handles[id])}</a></li>' for id in handles)
    return f"<nav><ul>{''.join(links)}</ul></nav>" if handles else ""


def _article(post: Mapping[str, Any]) -> str:
    foreign = ' class="foreign"' if post["by"] == "foreign" else ""
    note = " · not through the gateway" if foreign else ""
    reply = f"<header>in reply to {escape(str(post['reply_to']))}</header>" if post["reply_to"] else ""
    return (
        f"<article{foreign}><header><strong>{escape(post['handle'])}</strong> · "
        f"<time>{escape(post['at'])}</time>{note}</header>{reply}<p>{escape(post['text'])}</p>"
        + "".join(_figure(picture) for picture in post["media"])
        + f"<footer>{escape(str(post['id']))}</footer></article>"
    )


def _figure(picture: Mapping[str, str]) -> str:
    alt = escape(picture["alt"] or "")
    source = escape(f"/_sim/media/{picture['sha256']}")
    return f'<figure><img src="{source}" alt="{alt}"><figcaption>Alt text: {alt or "none"}</figcaption></figure>'
