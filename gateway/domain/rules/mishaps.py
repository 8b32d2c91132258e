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
# What somebody got into, or may get into, said in everyday words.
INTRUDED = phrases(
    r"""
    (?:firewall|filter|system) let (?:\w{1,9} )?(?:something|somebody|someone|it|them) (?:\w{1,9} )?in
    (?:memory stick|usb|laptop|disc|drive|parcel|box) (?:\w{1,12} ){0,8}never arrived
    (?:someone|somebody|an? (?:outsider|stranger|unknown person)|attackers?|whoever|criminals?) (?:has |have |\
    had |'s |was \
    |were |is |has been |had been )?(?:been )?(?:\w{1,9} )?(?:got hold of|tampered with|cloned|able to (?:read|see|\
    copy|\
    open)|inside|using our|reading (?:our|her|his|their)|knocked (?:over|out)|sending \w{3,9} (?:\w{1,9} )?(?:from|\
    as) (?:our|us))
    (?:anyone|anybody|everyone|people|outsiders|visitors) (?:\w{1,9} ){0,4}(?:could|can|was able to|\
    were able to) (?:get \
    past|open|read|see|download|change|edit|copy|reach)
    (?:by|just by|simply by) (?:changing|adding|guessing|editing) (?:a|an|the|its) (?:\w{1,9} ){0,3}(?:number|digit|\
    letter|\
    apostrophe|address|url|web address|link|password|character)
    (?:until|till|while|before) (?:the|a|our) (?:patch|fix|supplier|engineers?) (?:\w{1,9} )?(?:arrives?|goes? in|\
    comes?|\
    lands?|wakes?|is ready) | (?:hole|gap|flaw|bug|weakness)(?:'s| is) still open
    (?:memory|sim|sd) cards? (?:\w{1,12} ){0,6}(?:gone astray|lost|missing|stolen|vanished) | gone astray
    (?:fake|strange|odd|forged) (?:\w{1,9} )?(?:invoices?|emails?|messages?|adverts?|pop ups?|posts?) (?:\w{1,9} ){0,3}\
    (?:from|in|on) (?:our|the (?:office|director|finance|account))
    (?:phishing|scam|dodgy|fake) (?:\w{1,9} )?(?:mails?|emails?|links?|messages?|texts?) (?:\w{1,9} ){0,2}(?:got|\
    caught|fooled|\
    hooked|took in) (?:\w{1,9} )?(?:of us|us|one of|staff|\d{1,3})
    (?:typed|entered|gave|put) (?:in )?(?:their|his|her|our|my) (?:passwords?|log ?ins?|details|credentials)
    (?:intruders?|attackers?|hackers?) (?:\w{1,9} ){0,4}(?:look|read|copied|took|saw|still|out)
    (?:resetting|reset|resets) (?:an?|the|all|every|our|\w{3,12}'s) (?:\w{1,12} ){0,2}(?:accounts?|passwords?)
    (?:something nasty|spreading) (?:\w{1,9} ){0,4}(?:machines?|computers?|laptops?|network|office|through)
    """
)
