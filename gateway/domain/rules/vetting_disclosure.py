"""Vetting: who holds which clearance is not publicised (P32: DWP standards of behaviour 41). Job adverts pass."""

from __future__ import annotations

from gateway.domain.rules.forms import either, find_forms, form, in_words, phrases, rule_of

RULE = "vetting_disclosure"
ADVICE = (
    "tells somebody's vetting status. Take the clearance out: a role may ask for one, a person's is not publicised."
)

CLEARANCE = phrases(
    r"""
    (?:sc|dv|edv|ctc|bpss|strap|nppv ?\d?|nato|ec|uk) (?:enhanced )?(?:clear(?:ance|ances|ed)?|vett(?:ing|ed)|\
    status|level|holders?|check(?:ed|s)?|interview|renewal|certificate|approved|approval|application)
    (?:cleared|vetted|vetting|clearance|clearances) (?:to|at|up to|is|was|of|for) (?:\w{1,10} ){0,3}(?:sc|dv|edv|\
    ctc|bpss|secret|top secret|strap|developed|the highest|security check|level \d)
    developed vett(?:ing|ed) | enhanced (?:developed )?vett(?:ing|ed) | edv'?d? | dv'?(?:d|ed) | sc'?(?:d|ed)
    (?:sc|dv|edv|ctc) (?:\w{1,9} ){0,2}(?:came|comes|coming|come|went|is|was) (?:back|through)
    security clear(?:ed|ance|ances) | security vett(?:ed|ing) | (?:national )?security vetting
    counter terrorist check | baseline personnel security standard | bpss | national security clearance | uksv
    security check(?: \(?sc\)?)? (?:clearance|cleared|level|status|came|passed|approved|done|through|complete)
    security check \(?sc\)?
    vetting (?:came|has come|is|was|interview|status|result|results|clearance|process|finally|has been|just|\
    renewal|expired|lapsed|form|officer|done|complete|through|paperwork|passed|application|went)
    (?:my|his|her|their|our) (?:\w{1,12} )?(?:vetting|clearance|dv|edv|sc|ctc) | vetting took | through vetting
    (?:passed|got|gained|granted|received|achieved|obtained|earned|renewed|holds?|have|has|had|hold|holding|\
    failed|lost|with|through|awaiting|awarded) (?:\w{1,10} ){0,4}(?:sc|dv|edv|ctc|bpss|vetting|\
    top secret clearance|secret clearance|(?:top )?secret clearance|developed vetting)
    top secret clear(?:ance|ed) | secret clear(?:ance|ed) | cleared for (?:top )?secret
    strap(?: ?[123])? (?:briefed|inducted|cleared|indoctrinated)
    highest (?:level of )?(?:security )?(?:clearance|vetting)
    (?:fully|newly|freshly|finally|officially|now) (?:vetted|(?:security )?cleared) | vetted
    clearance (?:came|has come|through|is through|granted|approved|was|just|finally|arrived|revoked|refused|\
    denied|expired|renewed)
    """
)
PERSON = phrases(
    r"""
    i | i've | i'm | my | me | just (?:passed|got|received|been|had|heard) | congrat(?:s|ulations) | well done
    proud | celebrat\w{2,4} | delighted | chuffed | pleased | thrilled | welcome | finally | at last
    came through | come through | has come | is through | through | came back | he | she | he's | she's | his
    her | hers | their | they've | they're
    (?:our|the|my|whole|entire|all|every|most|some|two|three|four|five|half|\
    \d{1,3}) (?:[\w-]{1,14} ){0,5}(?:colleagues?|team|staff|analysts?|developers?|engineers?|manager|director|\
    head|researchers?|statisticians?|lead|apprentices?|interns?|people|members?|economists?|boss|deputy|everyone|\
    officers?|graduates?|starters?|deskmate|guy|scientists?|newest|crew)
    is | are | was | were | has | have been | we've | we're | we all | all of us | everyone | colleague
    colleagues | granted | awarded | renewed | revoked | refused | denied | failed | turned down | meet | holds?
    who has | with his | with her | now
    """
)
NAMED_HOLDER = phrases(
    r"""
    [A-Z][a-z]{1,14}(?: [A-Z][\w'-]{1,20})?(?:,? (?:who|our|\
    the)(?: [\w-]{1,14}){0,5},?)?(?:'s| is| has| was| holds| passed| got| just| now| finally| joins| received| \
    gained| failed| lost| will| can| had| needs| renewed| and)
    (?:Mr|Mrs|Ms|Dr|Sir|Dame) [A-Z] | [A-Z][a-z]{2,14} [A-Z][a-z]{2,20}
    """,
    exact=True,
)
CONGRATULATED = phrases(
    r"""
    fun fact about me | one of only | (?:holds|has) the (?:top|highest) level
    (?:sorted|done|dusted|in the bag|complete|refused|next stop|holds? (?:dv|sc|ctc|edv)|joins? (?:us|our|the)|\
    cleared to)
    i | i've | i'm | my | me | congrat(?:s|ulations) | well done
    (?:sc|dv|edv|ctc|vetting|clearance|check|cleared) (?:\w{1,9} ){0,3}(?:came|come|comes|is) (?:back|through)
    shout out | hats off | hooray for | kudos | of us (?:who|have|passed|got|are)
    (?:passed|got|gained) (?:\w{1,10} ){0,3}\
    this (?:week|month|year|morning) | join me in | drinks are on
    just (?:passed|got|received|been|had|heard) | he's | she's | his | her | he | she | delighted (?:for|that)
    proud (?:of|that) | celebrating | all of us | we're all | we are all | we all | the whole team
    our whole team | revoked
    """
)
ADVERT = phrases(
    r"""
    roles? | jobs? | posts? | vacanc(?:y|ies) | apply(?:ing)? | applicants? | candidates? | requires? | required
    requirements? | eligible | eligibility | must | you(?:'ll|'ve|'re)? | you'd | your | undergo | willing to
    what is | what's | guide | advert | offer | recruit(?:ing|ment)? | hiring | essential | desirable | process
    application | explained | how | levels? of | subject to | pre-?employment | needs? | needed | conditional
    policy | guidance | wanted | before (?:you|starting|they start) | sponsor(?:ed|ship)? | new starters
    """
)
FRIENDS = phrases(
    r"""
    vetted (?:suppliers?|list|images?|questions?|content|data|sources?|researchers? scheme)
    vetting (?:of|our) (?:data|questions|sources) | customs clearance | (?:slum|land|stock|forest) clearance
    clearance sale | dv (?:victims|survivors)
    (?:questions?|sources|data|answers|photos|pictures|content) (?:is|are|was|were|have been|\
    has been) (?:\w{1,9} )?vetted
    """
)
ASKED = phrases(
    r"""
    (?:role|job|post|vacancy|position|successful candidates?|applicants?) (?:\w{1,12} ){0,4}(?:requires?|needs?|\
    must|will need|subject to|is)
    you(?:'ll| will| must| should| need)(?: to)? (?:hold|have|need|be|get|pass|undergo|go)
    """
)

RULES = (
    rule_of(
        RULE,
        ADVICE,
        find_forms(
            form(phrases("dv'd | sc'd | edv'd | dv'ed | ctc'd | bpss'd | eDV holder | dv holder")),
            form(CLEARANCE, CONGRATULATED, unless=either(FRIENDS, ASKED)),
            form(CLEARANCE, either(PERSON, NAMED_HOLDER), unless=either(FRIENDS, ADVERT)),
        ),
        where=in_words,
    ),
)
