"""Mishaps: things of the office left behind, people who got in, letters to the wrong person."""

from __future__ import annotations

from gateway.domain.rules.forms import phrases

LEFT_BEHIND = phrases(
    r"""
    (?:left|leave|leaving|forgot|forgotten|mislaid|dropped) (?:[\w'-]{1,14} ){0,9}(?:laptops?|tablets?|phones?|usbs?|\
    memory sticks?|hard drives?|disks?|folders?|files|notebooks?|passes|id cards?|badges?|papers|paperwork|bags?|\
    records|forms|questionnaires) (?:[\w'-]{1,14} ){0,8}(?:on|in|at|aboard) (?:the |a |my |her |his )?(?:\
    \d{1,2}[.:]\d{2}|train|bus|tube|tram|plane|ferry|coach|taxi|cab|uber|pub|bar|cafe|restaurant|platform|station|\
    bench|car roof|airport|hotel|loo|toilets?|park|gym)
    (?:unauthori[sz]ed|unknown|uninvited|unescorted) (?:person|people|visitors?|man|woman|individuals?|contractors?|\
    stranger) | someone (?:else's|borrowed a|used a stolen) pass
    (?:letters?|emails?|forms?|messages?|mailing|envelopes?|statements?) (?:[\w'-]{1,12} ){0,6}(?:other|another|\
    somebody|someone) (?:\w{1,9} )?(?:else's|people's|person's) (?:names?|address(?:es)?|details|data|numbers?|answers)
    (?:borrowed|stolen|cloned|lost) (?:staff |entry |security |id )?(?:pass|badge|key ?card|fob)
    (?:checking|reviewing|going through|looking at|pulled) (?:the|our) cctv
    got past (?:security|reception|the guards?)
    (?:walked|wandered|strolled|followed) (?:[\w'-]{1,12} ){0,4}(?:past|through) (?:security|reception|the barriers?)
    """
)
LEFT_FRIENDS = phrases("handed in at reception | lost property | estimates? | statistics | survey of | your")
