"""Replies to the media: questions of journalists go to the press office, no reply goes out without it (P5; HO 2, CO 4).

Telling journalists where the press office is passes.
"""

from __future__ import annotations

import re

from gateway.domain.check import Rule
from gateway.domain.rules.forms import Phrases, either, find_forms, form, in_words, literal, phrases, rule_of
from gateway.domain.rules.lists import Lists

RULE = "media_query_reply"
ADVICE = "seems to answer a media question. Refer it to the press office; say only where the press office is."

OUTLETS = r"""
    bbc(?: news| radio \w{1,6}| wales| breakfast| newsnight)? | newsnight | sky news | itv(?: news)?
    channel 4(?: news)? | channel 5 news | gb news | talk ?tv | talk ?radio | lbc | times radio
    radio (?:4|5 live|wales|scotland|2) | the times | sunday times | the sun | daily mail | mail on sunday
    mail ?online | daily mirror | the mirror | daily express | the express | the guardian | guardian
    the observer | the telegraph | daily telegraph | telegraph | financial times | the ft | ft | the independent
    the i(?: paper)? | evening standard | metro | daily star | morning star | reuters | bloomberg
    press association | pa media | pa news | associated press | afp | the economist | new statesman
    the spectator | politico | huffpost | buzzfeed | western mail | wales online
    south wales (?:argus|echo|evening post) | the argus | the scotsman | the herald | daily record
    belfast telegraph | irish news | nation cymru | s4c | golwg | byline times | private eye | the conversation
    new scientist | the lancet | civil service world | public finance | cnn | cnbc | al jazeera | new york times
    washington post | wall street journal | wsj | full fact | more or less | today programme | question time
    local (?:paper|newspaper|radio|press) | (?:the )?(?:newspaper|tabloids?|broadcasters?|press|papers)
"""
PRESS_WORDS = phrases(
    r"""
    journalists? | reporters? | correspondents? | journos? | newsdesks? | news ?room | news desk | editors?
    sub editor | columnists?
    (?:tv|radio|bbc|news|documentary|programme) (?:producer|researcher|presenter|crew)s?
    media (?:enquir(?:y|ies)|quer(?:y|ies)|questions?|requests?|interview|bid|outlet)
    press (?:enquir(?:y|ies)|quer(?:y|ies)|questions?|requests?|office question|call)
    your (?:\w{1,14} )?(?:article|piece|story|column|programme|show|deadline|report|readers|viewers|listeners|\
    broadcast|bulletin|podcast|feature|coverage|interview|paper|newspaper|magazine|front page|headlines?|\
    exclusive|splash|scoop|copy|editorial|write up|bulletins|newsletter readers|segment|documentary|package|\
    fact check|producer|editor|colleagues at|outlet)
    (?:6|six|10|ten|1|one|five|5) o'clock news
    the (?:evening|morning|late|lunchtime|breakfast) (?:news|bulletin|show)
    your (?:viewers|listeners|readers|editor|newsroom|news desk|outlet)
    (?:from|at|of|with|by) (?:the )?(?:newspaper|paper|press|tabloids?|broadcaster|radio station|tv station|\
    news channel|news site|magazine|news agency)
    (?:which|what) (?:paper|newspaper|outlet|channel|programme|magazine|station|publication)
    @\w{0,20}(?:reporter|journo|journalist|correspondent|newsdesk|news|editor)\w{0,12}'?s?
    your (?:paper|newspaper|channel|station|programme) | you're (?:writing|running|reporting|broadcasting|filming)
    amend your | correct your (?:copy|story|article|headline) | your copy
    for (?:the|tomorrow's|tonight's|today's|sunday's|your|a) (?:\w{1,15} )?(?:story|paper|front page|six o'clock|\
    ten o'clock|news at ten|broadcast|bulletin|deadline|piece|article|splash|programme|interview)
    (?:our|a|the|this|my) (?:\w{1,15} )?(?:quote|comment|line|statement|response) (?:for|to) (?:your|the|\
    this) (?:\w{1,15} )?(?:story|piece|article|paper|journalist|reporter|programme|readers|press|media)
    quote (?:me|us) | you can (?:quote|attribute|use|run|print|say) | feel free to (?:quote|attribute|print|use)
    attribut(?:e|able) (?:this |it )?to (?:a|an|our) (?:\w{1,15} )?(?:spokes\w{4,7}|source) | attributable to
    off the record | on the record | on background | for background | no comment | won't be commenting on your
    before you (?:go to )?(?:print|publish|run|air|file)|before your deadline | your deadline
    happy to (?:be interviewed|comment|talk|chat|speak|give) (?:\w{1,10} ){0,5}(?:for (?:your|\
    the) (?:\w{1,15} )?(?:story|piece|article|show|programme)|on air|on camera|on the record|live)
    spokes(?:man|woman|person) (?:said|says|told) | exclusive (?:for|to) | right of reply | embargoed copy
    """
)
ANSWERING = phrases(
    r"""
    who (?:\w{1,6} )?(?:asked|rang|called|emailed|wanted|contacted|wrote|messaged|phoned|enquired)
    (?:has|have|had|keeps?|keep) asked | asking | asks | wants? to know | wondering | are you from
    you (?:from|work for|write for|writing) | (?:the )?(?:answer|number|figure)'?s? (?:is|are|was|were)
    to confirm | confirm to | tell your | let your | hi | hello | hey | dear | morning | afternoon | evening
    thanks | thank you | cheers | in (?:answer|response|reply|reaction) to | to answer | answering | responding
    replying | reply | as (?:you|we) (?:asked|said|told|discussed|mentioned|requested) | you asked
    asked (?:us|about|whether|if|why|by) | told
    we (?:can|would|could) (?:confirm|comment|say|tell|add|deny|clarify) | we confirm | we deny | yes | no | sure
    sorry | happy to | here's | here is | our (?:answer|response|reply|comment|view|statement|quote|line|position)
    the answer (?:is|to) | you're right | you're wrong | correct | that's (?:right|wrong|correct|not)
    can confirm | confirming | for your
    your (?:question|query|enquiry|request|piece|article|story|column|programme|show|email|message|dm|deadline|\
    readers|viewers|listeners)
    off the record | on the record | no comment | quote | feel free | you can | dm us | dm me | get back to you
    asap | re your | regarding your | about your | ahead of your | contact(?:ed)? us | got in touch
    """
)
SIGNPOST = phrases(
    r"""
    if you're (?:a|from|in|with) | if you are (?:a|from|in|with) | are you (?:a|from)
    (?:media|press) (?:enquir(?:y|ies)|office|team|contacts?|centre|relations) (?:is|are|can|will|would|please|\
    page|details|number|hours|at|on|:|contact|open|line)
    media enquiries | press enquiries
    please (?:email|call|contact|ring|speak to|get in touch with|direct|send|go through)
    contact (?:our|the) (?:press|media) | (?:email|call|ring) (?:our|the) (?:press|media)
    (?:our|the) (?:press|media) (?:office|team|relations) (?:will|can|is|are|would|has|have)
    pass(?:ed|ing)? (?:this |it |your \w{1,15} )?(?:on )?to (?:our|the) (?:press|media)
    speak to (?:our|the) (?:press|media) | media\.relations
    (?:award|prize|course|training|handbook|guide|guidance|seminar|workshop|resources|webinar|briefing|session|\
    event|toolkit|tips|survey|vacanc\w{1,3}|apprentice\w{0,5}) for (?:\w{1,15} )?journalists
    journalists?(?::| can| and (?:students|researchers|analysts|\
    the public)| and anyone| who want| will be able| are invited| should| may| have until| wanting| looking| \
    interested)
    help journalists | register | accredit(?:ed|ation) | calling all | all journalists
    (?:data|statistics|trainee|student) journalists? | editor in chief | our editor
    """
)
OUTLET_HANDLE = re.compile(
    r"\A\s{0,3}(?:(?:hi|hello|hey|dear|(?:good )?morning|thanks|thank you|yes|no),? {1,2})?(?:@[\w.]{2,40} {1,2}){0,3}"
    r"@\w{0,20}(?:bbc|skynews|itv|channel4|c4news|gbnews|lbc|talktv|times|guardian|telegraph|mailonline|dailymail|\
    mirror|express"
    r"|independent|reuters|bloomberg|news|press|journo|report|gazette|herald|argus|echo|tribune|politico|huffpost|\
    economist"
    r"|radio|newsnight|editor|ft\b|_ft|ft_|correspond|theipaper|evening|standard|metro|scotsman|courier|chronicle|\
    newsroom"
    r"|fullfact|tv\b|magazine|thesun|observer|spectator|statesman|apnews|cnn|wsj|nytimes|daily|weekly|media)\w{0,20}",
    re.IGNORECASE,
)
OUR_VOICE = phrases(
    r"""
    interview with the | listen (?:to|again|live|in) | watch | tune in | catch | hear (?:our|from|the|how)
    on air at | speaks? to | featured (?:in|on) | as (?:heard|seen|featured) (?:on|in) | joins?
    will be (?:on|speaking)
    """
)
OUTLET_NAMED = phrases(
    r"""
    BBC(?: News| Wales| Radio \w{1,7})? | Newsnight | Sky(?: News)? | ITV(?: News)?
    Channel (?:4|5|Four|Five)(?: News)? | GB News | LBC | Times Radio | Radio (?:4|5 Live|Wales|Scotland|2)
    Panorama | Newsnight | Question Time | Dispatches
    (?:the )?(?:Today|World at One|PM|Panorama|Question Time|Good Morning Britain|Breakfast|Dispatches|Watchdog|\
    Money Box|More or Less)(?: programme| team| show)
    (?:The|the) (?:Times|Sun|Mirror|Express|Guardian|Observer|Telegraph|FT|Independent|Metro|Mail|Argus|Echo|\
    Herald|Scotsman|Economist|Spectator|Standard|Star|Record|Post|Gazette|Courier|Journal|Chronicle)
    Daily (?:Mail|Mirror|Express|Star|Telegraph|Record) | Guardian | Financial Times | Sunday Times | Reuters
    Bloomberg | Press Association | PA Media | Politico | Western Mail | WalesOnline | Wales Online | S4C
    Private Eye | HuffPost | CNN | Al Jazeera | MailOnline | Full Fact
    """,
    exact=True,
)
YOUR_ANSWER = phrases(
    r"""
    your (?:\w{1,15} )?(?:question|questions|query|queries|enquiry|inquiry|request|email|message|story|article|\
    piece|programme|call|tweet|post|deadline|readers|viewers|listeners|headline)
    to answer | in answer | in response | responding to | replying to | reply to | you asked | as you asked
    here's (?:what we|our|the|a|your) | yes we're | we're free at
    happy to (?:help|talk|chat|comment|answer|come on|appear|join) | for your | quote | comment | deadline | dear
    asked (?:us|if|whether|why|about|for) | want(?:s|ed)? to know | answering
    """
)
GREETING = phrases(
    r"""
    hi | hello | hey | dear | good (?:morning|afternoon|evening) | thanks for | thank you for | cheers for
    reporter from | journalist from | here's our | here is our
    our (?:comment|statement|response|reply|answer|line|quote) | to the
    happy to (?:come on|appear|be on|be interviewed) | come on (?:the|your|and) | director's statement
    """
)
ASKED_BY = r"""
    (?:in (?:answer|response|reply|reaction) to|to answer|answering|responding to|replying to|reply to|\
    response to|reply for|thanks for (?:the|your) (?:question|query|email|message|call),?|question from|\
    query from|questions from|enquiry from|asked by|contacted by|approached by|quizzed by|rang by|emailed by|\
    spoke to|told|confirmed to|confirming to|statement for|statement to|quote for|comment for|comment to|\
    comment from us for|lines? for|our line (?:to|for)|denied to|gave|briefed|briefing|exclusive (?:for|to|\
    with)) (?:the |a |an |your |our |\w{1,14} |@){0,3}(?:OUTLETS|journalists?|reporters?|correspondents?|\
    journos?|editors?|news ?desk|columnists?|producers?|presenters?)(?:'s)?
    (?:hi|hello|hey|dear|thanks|thank you|morning|good morning|cheers)[, ] ?(?:[\w'-]{1,14},? ){0,4}(?:at |from |\
    of |with |@ ?)(?:the )?(?:OUTLETS)
    (?:OUTLETS)(?:'s)? (?:asked|asks|want(?:s|ed)? to know|has asked|have asked|got in touch|contacted us|\
    emailed|rang|called us|put (?:it|this) to us)
    """


REPLYING = phrases(
    r"""
    re your | re: your | regarding your | about your | further to your | following your | replying to | in reply to
    responding to | in response to | in answer to | reply to | to answer your | on your (?:question|request|query)
    your (?:question|questions|query|queries|enquiry|request|bid|email|message) (?:about|on|for|of|is|was|whether|to)
    thanks for (?:getting in touch|your (?:question|query|email|message|call|request)|asking|the (?:call|question))
    asked (?:us|me|our) | you asked | for your | hi | hello | dear
    """
)
FOR_MEDIA = phrases(
    r"""
    interview | interviews | programme | presenter | producer | studio | broadcast | on air | live on | newspaper
    our line (?:on|is|to|remains) | the line (?:is|to take) | lines? to take | our official line | our position is
    our statement is | our response in full | here is our response | our comment is | our quote is | you can quote
    we can confirm | we can neither | we neither confirm | we don't comment | we won't comment | we deny
    our (?:economist|statistician|director|spokes\w{4,7}|chief|expert|head of \w{1,14}) (?:can|could|will|is free)
    (?:the |your )?(?:article|headline|front page|story|column|documentary|podcast|bulletin|feature|broadcaster)
    """
)
PUBLIC_TALK = phrases(
    r"""
    survey interviews? | job interviews? | interview (?:tips|panel|skills|room|slot|date|day|invit\w{3,5})
    interviewers?
    apply | application | candidates? | (?:fast stream|graduate|apprenticeship|training|mentoring|work) programme
    consultation | your feedback | programme of (?:work|events) | calendar | register | webinar | our podcast | our blog
    """
)
PAPER = phrases(
    r"""
    (?:The )?(?:Daily|Sunday|Evening|Morning|Weekly|Morning) [A-Z][a-z]{2,14}
    (?:The )?[A-Z][a-z]{2,14}(?: [A-Z][a-z]{2,14})? (?:Times|Post|News|Gazette|Herald|Echo|Argus|Lantern|Chronicle|\
    Observer|Tribune|Mercury|Courier|Journal|Star|Mail|Express|Telegraph|Guardian|Standard|Advertiser|Messenger|\
    Bugle|Reporter|Examiner|Independent|Press|Today|Live|FM|TV|Radio)
    Radio [A-Z][a-z]{2,14} | [A-Z][a-z]{2,14}(?:FM|TV|News)
    """,
    exact=True,
)
TO_PAPER = phrases(
    r"""
    replying to | reply to | in reply to | responding to | in response to | in answer to | our response to
    statement (?:to|for) | comment (?:to|for) | answer (?:to|for) | told | asked us | has asked | asks us | wrote to us
    for the | hi | hello | dear | thanks for | re your | your (?:question|request|query|email|article|story|piece)
    """
)
CONFIRMS = phrases(
    r"""
    we can confirm | we confirm | we deny | we can't confirm | yes | no | the answer | our (?:line|response|answer|\
    position|comment|statement) | here's | here is | the reason | short answer | we (?:don't|do|did|didn't|have|haven't)
    it's (?:true|not true) | that's (?:true|not true|wrong|right) | happy to | economist can | statistician can
    """
)


def _asked(lists: Lists) -> Phrases:
    own = literal(lists.outlets).replace("\n", "|")
    known = "|".join(phrase.strip() for line in OUTLETS.splitlines() for phrase in line.split(" | ") if phrase.strip())
    outlets = known + (f"|{own}" if own else "")
    return phrases(ASKED_BY.replace("OUTLETS", outlets))


def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """With the outlets that policy names beside those known here."""
    find = find_forms(
        form(OUTLET_HANDLE, unless=SIGNPOST),
        form(PRESS_WORDS, ANSWERING, unless=SIGNPOST),
        form(_asked(lists), unless=SIGNPOST),
        form(FOR_MEDIA, REPLYING, unless=either(SIGNPOST, PUBLIC_TALK)),
        form(PAPER, TO_PAPER, CONFIRMS, unless=either(SIGNPOST, OUR_VOICE)),
        form(GREETING, OUTLET_NAMED, unless=either(SIGNPOST, OUR_VOICE), whole=True),
        form(OUTLET_NAMED, YOUR_ANSWER, unless=either(SIGNPOST, OUR_VOICE)),
        form(
            PRESS_WORDS,
            phrases("hi | hello | hey | dear | thanks | thank you | morning | @\\w{2,30}"),
            unless=SIGNPOST,
            whole=True,
        ),
    )
    return (rule_of(RULE, ADVICE, find, where=in_words),)
