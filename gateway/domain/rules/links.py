"""Links: no shortener, https alone, hosts that policy lists; nothing is resolved or fetched (P7, P11, P12)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from connectors.words import Outgoing
from gateway.domain.check import Hit, Rule
from gateway.domain.rules.forms import rule_of
from gateway.domain.rules.lists import Lists
from gateway.domain.rules.reading import Span, readings, words_of

SHORTENER = "bare_url_shortener"
SHORT_ADVICE = "uses a link shortener, which hides where it leads. Give the full link."
LINK = "link"

SHORTENERS = words_of(
    """
    bit.ly bitly.com j.mp tinyurl.com tiny.cc tiny.one tinu.be ow.ly t.co goo.gl g.co goo.su buff.ly is.gd v.gd
    lnkd.in rebrand.ly dlvr.it cutt.ly cutt.us shorturl.at shorturl.com t.ly rb.gy bl.ink snip.ly adf.ly shorte.st
    qr.ae tr.im x.co mcaf.ee su.pr ht.ly hubs.ly hubs.li hub.am ift.tt eepurl.com lnk.to lnk.bio forms.gle aka.ms
    amzn.to amzn.eu fb.me fb.watch wp.me spr.ly sprou.tt trib.al po.st soo.gd s.id shrtco.de surl.li clck.ru short.io
    short.gy kutt.it urlz.fr lc.cx da.gd n9.cl qrco.de qrs.ly me-qr.com bbc.in gu.com ind.pn reut.rs econ.st dailym.ai
    nyti.ms wapo.st on.ft.com on.wsj.com cnn.it apple.co msft.it ebay.us etsy.me spoti.fi pin.it redd.it u.to zpr.io
    l8r.it smarturl.it linkd.in ln.run bitly.ws bityl.co shor.by shortest.link clk.im 1url.com ouo.io gg.gg x.gd
    oke.io tny.im zi.ma yourls.org polr.me dub.sh dub.co pxl.to urlshortener.org link.chtbl.com go.aws mailchi.mp
    tiny.pl 2no.co rotf.lol chilp.it moourl.com ur1.ca b.link switchy.io geni.us joturl.com replug.link sniply.io
    plink.ly vurl.com srnk.us reurl.cc t2m.io u.nu snurl.com
    """
)
DOT = r"(?:\.| ?[\[(] ?(?:\.|dot) ?[\])] ?)"
HOSTED = re.compile(
    rf"(?<![\w@.-])(?:https?://|hxxps?://)?(?:www\.)?((?:[a-z0-9-]{{1,30}}{DOT}){{1,3}}[a-z]{{2,7}})/([\w-]{{1,60}})",
    re.IGNORECASE,
)
SHORT_HOST = re.compile(r"[a-z0-9]{1,6}\.(?:ly|gd|gl|li|im|to|st|sh|gg|gy|cc|ws|lk|mp|tt|ht|nu|la|vu|tk|pw)")
CODE = re.compile(r"[A-Za-z0-9_-]{3,12}")
URL = re.compile(
    r"(?<![\w@])((?:[a-z][a-z0-9+.-]{1,14}:)//|www\.|(?:javascript|data|file|vbscript):)(\S{1,300})", re.IGNORECASE
)
TRAIL = ".,;:!?)]}'\"’”…"
DEFAULT_PORTS = (None, 443)


def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """With the shorteners and hosts that policy names; without hosts, a link's host is not compared."""
    short = SHORTENERS | {host.lower() for host in lists.shorteners}

    def find(text: str) -> Iterator[Span]:
        return find_short(short, text)

    return rule_of(SHORTENER, SHORT_ADVICE, find), _link_rule(lists.hosts, short)


def find_short(shorteners: frozenset[str], text: str) -> Iterator[Span]:
    """A link on a known shortener, or one of its shape: a tiny host under a tiny domain and a code."""
    for match in HOSTED.finditer(text):
        host = re.sub(DOT, ".", match[1].lower()).removeprefix("www.")
        if _is_on(host, shorteners) or (SHORT_HOST.fullmatch(host) and CODE.fullmatch(match[2])):
            yield match.span()


def _is_on(host: str, hosts: frozenset[str] | tuple[str, ...]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[at:]) in hosts for at in range(len(labels) - 1))


def _link_rule(hosts: tuple[str, ...], shorteners: frozenset[str]) -> Rule:
    allowed = frozenset(host.lower() for host in hosts)

    def link(outgoing: Outgoing) -> Iterator[Hit]:
        for reading in readings(outgoing):
            if reading.place.startswith("The alt"):
                continue
            for start, end, wrong in _wrong(reading.text, allowed, shorteners):
                yield reading.hit(LINK, wrong, (start, end))

    return link


def _wrong(text: str, allowed: frozenset[str], shorteners: frozenset[str]) -> Iterator[tuple[int, int, str]]:
    for number, match in enumerate(URL.finditer(text)):
        if number >= 20:
            return
        said = match[0].rstrip(TRAIL)
        wrong = what_is_wrong(f"https://{said}" if said.lower().startswith("www.") else said, allowed, shorteners)
        if wrong:
            yield match.start(), match.start() + max(1, len(said)), wrong


def what_is_wrong(url: str, allowed: frozenset[str], shorteners: frozenset[str] = frozenset()) -> str:
    """Why a link may not be given, in words that follow "The text"; empty where it may. Nothing is resolved."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "has a link that cannot be read. Give the full address."
    if parts.scheme.lower() != "https":
        return "has a link that is not https. Give the https address."
    if parts.username is not None or parts.password is not None or port not in DEFAULT_PORTS:
        return "has a link with a sign-in or a port in it. Give the plain address."
    if not _is_public_name(host):
        return "has a link to a number, a local or a disguised host. Give the site's own name."
    if allowed and not _is_on(host, allowed) and not _is_on(host, shorteners):
        return f"links to {host}, which is not on the list of known sites. Link to one that is, or have it added."
    return ""


def _is_public_name(host: str) -> bool:
    if "." not in host or not host.isascii() or "xn--" in host:
        return False
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        last = host.rsplit(".", 1)[-1]
        return not last[0].isdigit() and last not in {
            "local",
            "internal",
            "localhost",
            "lan",
            "corp",
            "intranet",
            "home",
        }
    return False
