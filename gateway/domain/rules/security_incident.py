"""Security incidents: an attack, a breach, a loss or a weakness of ours is told by the incident team, not by a
post (P24,
P30; ONS hard breaches). Advice against fraud, statistics of crime and planned maintenance pass.
"""

from __future__ import annotations

from gateway.domain.rules.forms import find_forms, form, phrases, rule_of
from gateway.domain.rules.mishaps import INTRUDED, LEFT_BEHIND, LEFT_FRIENDS

RULE = "security_incident"
ADVICE = (
    "seems to tell of a security incident or a weakness. Take it out and tell the IT Security Officer; "
    "what may be said is for the incident team to write."
)

OURS = phrases(
    r"""
    we | we've | we're | our | ours | us | ons | staff | colleagues? | employees? | someone here | somebody here
    the (?:office|network|servers?|systems?|website|intranet|team|department|mailbox|building|database|vpn|\
    helpdesk|helpline|laptop|backups?|file ?store|portal|account|site|data centre|payroll)
    internal | it (?:team|department|desk|security|services) | i | my | this account | one of the team
    a contractor | a supplier | the supplier | head office | hq | reception | a member of | an interviewer
    interviewers? | field staff | everyone's | all staff | systems
    """
)
ATTACKED = phrases(
    r"""
    hacked | been hacked | got hacked | hacking (?:attempt|attack|incident) | breached | ransomware(?:d)?
    malware | spyware | trojan | keylogger | botnet | rootkit | (?:computer )?virus (?:on|in|got|has)
    worm (?:on|in|got|has) | ddos(?:ed)? | denial of service | compromised | infected | infiltrated | intrusion
    intruders?
    unauthori[sz]ed (?:access|party|person|persons|user|users|login|logins|log in|transfer|disclosure)
    cyber ?(?:attack|incident|breach|attacks|criminals?)(?:ed)? | cyber security (?:incident|breach|attack)
    data (?:breach|leak|loss|theft|exposure|incident)
    security (?:breach|incident|lapse|hole|flaw|failure|gap|bug|alert|scare|blunder)
    information security incident | leak of (?:\w{1,15} ){0,3}(?:data|details|records|information)
    privacy (?:breach|incident) | attackers? | hackers? | threat actors? | hostile (?:state|actors?)
    (?:phished|spear phish\w{0,5}|vished|smished) | fell for (?:a|the|it|that|this)
    clicked (?:on )?(?:a|the|that|this|on) (?:\w{1,15} ){0,4}(?:link|attachment|email|e-mail)
    opened (?:a|the|an) (?:\w{1,15} ){0,3}attachment
    phishing (?:attack|attempt|incident|campaign|email that|emails? (?:got|has|have|hit|caught)|link)
    been phished | got phished | under attack | attack on our | brute forc\w{2,4} | credential stuffing
    password spray\w{0,4} | sql injection | zero day | backdoor | exfiltrat\w{2,4}
    encrypted (?:all )?(?:our|the|by)
    locked (?:us )?out of (?:our|all|the|every) (?:\w{1,10} )?(?:systems?|accounts?|network|servers?|files|email)
    took (?:down|over|control of) our | taken (?:over|down|offline) (?:by|after|because|following|while|due)
    hijacked | account takeover | been taken over | defaced | spoofed
    (?:data|details|records|files|names|addresses|passwords?|information|emails?|responses|credentials?|\
    spreadsheets?|documents?|log ?ins?|source code) (?:\w{1,15} ){0,3}(?:was|were|has been|have been|got|been|\
    are|is|being) (?:\w{1,15} ){0,2}(?:stolen|taken|leaked|exposed|accessed|copied|dumped|posted online|for sale|\
    compromised|downloaded by|lost|visible to|left|sent to the wrong|public by mistake|deleted by)
    (?:stole|leaked|exposed|lost|dumped|accidentally shared|nicked) (?:\w{1,15} ){0,4}(?:data|details|records|\
    files|names|addresses|passwords?|information|responses|credentials?|emails)
    what was (?:taken|stolen|accessed|lost) | vulnerab(?:le|ility|ilities) | unpatched
    (?:haven't|hasn't|not|never|forgot to|yet to|still to|can't) (?:been )?patch(?:ed)? | security patch
    exploit(?:ed|able)? (?:in|by|on|our|a|the) | misconfigured | open s3 bucket
    (?:server|database|bucket|port|firewall) (?:is|was|has been|were|left) (?:\w{1,10} )?(?:open|exposed|down|\
    unprotected|off|disabled|unsecured)
    firewall | no (?:encryption|password|firewall|antivirus|backups?) | antivirus (?:is|was|has|isn't|out)
    out of date (?:antivirus|software|firewall)
    still (?:runs?|running|using|on) windows (?:xp|7|8|vista|2000|98) | end of life (?:servers?|software|systems?)
    backups? (?:failed|are gone|were wiped|were encrypted|don't work|didn't work|are failing)
    data (?:was|were) (?:wiped|encrypted) | insider threat | sabotage\w?
    rogue (?:employee|member|insider|device|access) | sophos alert | wiped (?:our|the) (?:servers?|data|backups?)
    dark web | ransom (?:note|demand|payment)? | held to ransom | extortion | blackmail\w{0,3}
    passwords? (?:\w{1,10} ){0,2}(?:leaked|exposed|stolen|compromised|guessed)
    reset (?:everyone's|all our|all staff|every) (?:\w{1,10} )?passwords?
    (?:everyone|all staff|\
    we all)(?:'s| is| are| have| has| had| must| need| needs)? (?:\w{1,10} ){0,3}(?:to )?(?:reset|change|\
    resetting|changing) (?:\w{1,10} )?passwords?
    """
)
LOST = phrases(
    r"""
    (?:lost|stolen|missing|mislaid|nicked|left|misplaced|pinched|swiped|stole|losing|\
    lose) (?:[\w'-]{1,12} ){0,5}(?:laptops?|phones?|tablets?|usb|usb sticks?|memory sticks?|pen drives?|\
    thumb drives?|hard drives?|hard disks?|devices?|id cards?|(?:staff|security|building|id|office|entry|door|\
    access) (?:pass|passes|cards?|badges?|fobs?)|paperwork|case files?|files|briefcase|(?:completed|paper|\
    confidential|respondents?'?|census|survey) (?:forms?|questionnaires?|documents?|papers?|records?)|documents|\
    keys to|encryption keys?|backup tapes?|tapes?|discs?|cds?|papers|notebooks?)
    (?:laptops?|phones?|tablets?|usb sticks?|memory sticks?|hard drives?|devices?|case files|paperwork|\
    documents?|files?|forms?|questionnaires?) (?:\w{1,15} ){0,4}(?:was|were|has been|have been|got|went|gone|\
    been|is|are|left) (?:\w{1,10} )?(?:stolen|lost|missing|left (?:on|in|at)|nicked|mislaid|on a train|\
    on the train|on the bus|on a bus|in a taxi|in a pub|in the pub|walkies)
    left (?:[\w'-]{1,12} ){0,6}(?:on (?:a|the) (?:train|bus|tube|tram|plane)|in (?:a|the) (?:taxi|pub|cab|cafe)|\
    unlocked|unattended|unencrypted)
    """
)
SENT_WRONG = phrases(
    r"""
    (?:went|gone|sent|posted) to the wrong (?:council|person|people|address|office|firm|house|school|department)
    (?:accidentally|mistakenly|by mistake|by accident|in error|wrongly|inadvertently|oops|whoops|unintentionally|\
    wrong (?:person|people|address|addresses|recipients?|mailing list|inbox|email|list)|cc'd|cc instead of bcc|\
    cc not bcc|instead of bcc|forgot to (?:bcc|redact|anonymi[sz]e|blank))
    """
)
PRIVATE_THINGS = phrases(
    r"""
    (?:personal|respondents?'?s?|staff|customers?'?s?|confidential|household|medical|salary|payroll|\
    patients?'?s?|participants?'?s?|everyone's|identifiable|microdata|unpublished|sensitive|\
    home) (?:\w{1,15} )?(?:data|details|information|records?|file|files|names|addresses|emails?|responses|\
    answers|spreadsheets?|list|lists|document|documents|address|contact)
    names and addresses | email addresses | everyone's (?:email|names|addresses|details)
    spreadsheet (?:of|with|containing) | respondents' | microdata | mailing list
    's (?:medical|personal) (?:record|details|data) | bcc | national insurance numbers? | bank details
    """
)
PREMISES = phrases(
    r"""
    (?:door|gate|barrier|shutter|window|entrance)s? (?:\w{1,12} ){0,3}(?:won't|doesn't|can't|wouldn't|\
    don't) (?:\w{1,9} )?(?:lock|\
    shut|close|latch)
    break in | broke in | broken into | burgl(?:ed|ary)
    suspicious (?:package|parcel|device|letter|substance|vehicle|person|powder|man|log ?ins?|activity|traffic)
    bomb (?:threat|scare) | hoax call | white powder | lock ?down | evacuated
    (?:alarms?|cctv|cameras?|turnstiles?|barriers?|gates?|locks?|door entry|swipe card(?: system)?|\
    access control|security gates?|keypads?|card readers?|pass readers?|\
    metal detector) (?:\w{1,10} ){0,4}(?:down|off|broken|not working|out of order|isn't working|aren't working|\
    failed|bust|faulty|switched off|disabled|doesn't work|don't work|unmanned|stuck open|propped open|wide open|\
    out of action)
    (?:no|fewer|without|short of|understaffed|only one|only two) (?:cctv|security (?:guards?|staff|on (?:the|\
    duty))|guards? on|alarm|locks?)
    (?:back|side|fire|rear|front|loading bay|basement|server room) (?:door|gate|entrance|\
    exit) (?:\w{1,15} ){0,3}(?:unlocked|propped open|left open|doesn't lock|won't lock|isn't locked|always open|\
    broken|wide open|stuck open)
    tailgat(?:ed|ing|ers?) | guards? (?:shift|patrol|change)s? (?:ends?|at|is|times?|finish)
    security guards? (?:\w{1,10} ){0,2}(?:off|asleep|away|on strike|sick|absent|go home|goes home|leaves?|finish)
    trespass(?:er|ers|ed|ing) | armed police | security alert | threat level at
    (?:someone|somebody|a man|a stranger|a protester|strangers?) (?:\w{1,10} ){0,3}(?:got in|walked in|\
    wandered in|got past|got into|climbed|sneaked|snuck)
    """
)
FACT = phrases(
    r"""
    (?:we've|we have|we|our \w{2,14}|ons|staff|systems?|network|servers?|website|accounts?|database|\
    mailbox(?:es)?|it team|the site) (?:\w{1,15} ){0,5}(?:hacked|breached|hit by (?:a |an |\
    the )?(?:\w{1,10} )?(?:ransomware|cyber|attack|malware|virus|hackers|ddos|hack|breach|phishing)|suffered|\
    been attacked|under attack|targeted by|compromised|infected|phished)
    (?:had|having|have had|suffered|dealing with|experienc(?:ed|ing)|investigating|respond(?:ing|ed) to|\
    recovering from|contained|containing|aware of|discovered|identified|found|spotted|following|after|because of|\
    due to|caused by|since|during|handling|hit by|fighting|fixing|detected|reported|confirm(?:ed)?|victims? of|\
    despite|thanks to|blame|recover(?:ed)? from) (?:a |an |the |last |this |our |some |yet |another |reports of |\
    possible |suspected |attempted |serious |major |big |small |recent |potential |ongoing |night's |week's |\
    morning's |weekend's |yesterday's |today's |of |\w{1,14} ){0,6}(?:ransomware|malware|cyber ?(?:attack|\
    incident|breach|security incident)|cyber security (?:incident|breach|attack)|data (?:breach|leak|loss|\
    incident)|security (?:breach|incident|lapse|hole|flaw|problem|issue|vulnerability|bug)|ddos|\
    denial of service|hack|hackers?|hacking|intrusion|phishing attack|phishing incident|phishing email|\
    unauthori[sz]ed access|intruders?|compromise|virus|vulnerability|vulnerabilities|attackers?|leak of)
    """
)
NETWORK = phrases(
    r"""
    (?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?::\d{2,5})?
    [\w-]{2,30}\.(?:internal|intranet|corp|local|lan)(?:\.[\w.]{2,30})?
    (?:server|switch|router|firewall) (?:name|hostname|address|model|version|config)
    vpn (?:address|gateway|server|config) | admin (?:page|panel|console|portal) (?:is|at|url)
    """
)
ADVICE_CUES = phrases(
    r"""
    practi[sc]e | rehears\w{2,5} | twice a year | geese
    beware | be aware | protect (?:yourself|your|against|people|businesses|from) | how to
    report (?:phishing|it|scams?|suspicious|fraud|any|them|a|concerns|them to) | tips? | guide | guidance | advice
    survey | surveys | statistics | estimates? | webinar | course | conference | workshop | podcast | blog
    article | learn | (?:if|when) you(?:'re|'ve)? | (?:if|think) you've | scams? | scammers? | fraudsters?
    action fraud | cyber aware | ncsc | get safe online | crime survey | businesses | charities | households
    nearly | per cent | percent | number of | victims of | victim support | awareness | training
    take (?:\w{1,15} ){0,6}seriously
    keep (?:your|you|it|them|data) (?:\w{1,15} )?(?:safe|secure|private|confidential)
    never (?:been|ask|share|share your|had|sell|call|text|email) | vacanc(?:y|ies) | apply | role | career
    analyst wanted | join our | planned | scheduled | exercise | explains? | explained | exercises? | policy
    stay safe | watch out | look out for | watch for | prevent(?:ing)? | avoid(?:ing)? | stop(?:ping)?
    defend\w{0,4} | security questions | help us stop | pretending to be | claiming to be
    fake (?:emails?|texts?|calls?|accounts?|websites?|messages?) | resilien(?:ce|t) | code club | history of
    book about | film | hackathon
    """
)
PHISHING_US = phrases(
    r"""
    (?:i|we|staff|colleagues?|one of us|one of our (?:\w{1,15} )?(?:team|staff|colleagues|managers|directors|\
    analysts)|someone (?:in|on|at|from|here)|half the (?:office|team|floor)|our (?:\w{1,15} )?(?:director|\
    manager|boss|chief|intern|analyst|team|staff|finance team)|(?:two|three|four|five|several|some|many|\
    \d{1,3}) (?:\w{1,15} )?(?:staff|colleagues|people|of us|accounts|employees)) (?:\w{1,15} ){0,5}(?:fell for|\
    clicked|opened|got phished|were phished|was phished|gave (?:away|out|up)|entered|typed|caught (?:out )?by|\
    tricked|duped|been phished|hacked)
    """
)
PHISH_WORDS = phrases(
    r"""
    phishing | phish | phished | scam | dodgy (?:link|email|attachment|usb)
    fake (?:email|login|invoice|link|site) | suspicious (?:link|email|attachment) | attachment | their password
    passwords? | credentials | log ?in details | malicious | the test email | hacked
    """
)

INCIDENT = phrases(
    r"""
    hacker | hack | hacking | breach | leaks? | scam | scammed | defrauded
    strange (?:log ?ins?|activity|emails?|traffic) | unusual (?:log ?ins?|activity|traffic)
    hostile (?:state|actor) | foreign (?:state|hackers?) | taken over | took over | default passwords? | got into
    getting into | broke into | broken into | burgled | account takeover | attackers? | hackers? | ransomware
    malware | spyware | ddos | cyber ?attacks? | cyber (?:incident|gang|criminals) | data breach | security breach
    data leak | security incident | intruders? | hacked | phished | cyber team | incident response(?: team)?
    suspected (?:cyber|attack|breach|hack|virus|intrusion|phishing)
    suspicious (?:activity|logins?|log ins?|traffic|files?)
    unauthori[sz]ed (?:access|login|users?|person|entry|visitor) | (?:computer )?virus | trojan | vulnerability
    exploit | fake invoices? | invoice fraud | ceo fraud | mandate fraud
    stolen (?:passwords?|logins?|data|credentials)
    compromised (?:accounts?|password|laptop|server|mailbox|inbox|device)
    """
)
HAPPENED = phrases(
    r"""
    affected | caused | posted | sent | accessed by | spread(?:ing)? | outside the organi[sz]ation | account
    mailbox | admin | our
    the (?:breach|hack|attack|leak) (?:has|was|is|affected|hit|means|happened|exposed|began|started)
    got (?:in|into|hold|past|through|our|access|us) | hit | took | taken | taking | stole | stolen
    broke (?:in|into|through) | entered | accessed | getting in | came in | walked | found | spotted | discovered
    detected | suffered | suspected | last (?:night|week|month|weekend) | overnight | yesterday
    this (?:morning|week|afternoon|weekend) | today | tonight | earlier | since | still | currently | right now
    down | offline | shut | closed | disconnected | locked | lost | blocked | kept them out | had a go | tried
    trying | attempted | investigat\w{2,4} | recover\w{2,4} | restor\w{2,4} | contain\w{0,4} | clean(?:ing)? up
    update: | exposed | affected | after | following | because of | we | our | us | paid | conned | tricked
    wiped | encrypted
    """
)
FLAW = phrases(
    r"""
    (?:was|were|been|being|is|are|got) (?:\w{1,9} )?(?:accessed|viewed|read|copied|downloaded|opened|taken|used|\
    deleted|altered) by (?:someone|somebody|an? (?:outsider|stranger|unknown|unauthori[sz]ed|third)|people|\
    persons|third parties|hackers?|criminals?|strangers)
    lost (?:access|control) (?:to|of) (?:our|all|the|every|this)
    after (?:an|the|a|this|last \w+'s|yesterday's) (?:\w{1,9} )?attack
    (?:emails?|data|details|records|names|files|addresses|passwords|responses|answers|\
    list) (?:\w{1,9} ){0,3}leaked
    hole that
    that (?:exposes?|leaks?|reveals?) (?:\w{1,15} ){0,4}(?:answers|data|details|records|names|responses|\
    passwords|addresses|information)
    default (?:admin )?passwords?
    (?:strange|odd|unusual|weird|unknown|unexpected|suspicious) (?:log ?ins?|sign ?ins?|users?|devices?|\
    connections?|traffic|files?|processes)
    someone(?:'s| has|'s been)? (?:\w{1,9} ){0,2}(?:got|getting|broken|broke|hacked|been) (?:into|in to|inside|\
    in) (?:the|our|a)
    (?:software|servers?|systems?|laptops?|machines?|firewall|browser|\
    operating system)(?: that)? (?:\w{1,15} ){0,4}(?:hasn't|haven't|not|never|last) (?:been )?(?:updated|patched|\
    upgraded|supported)
    (?:hasn't|haven't|not) been (?:updated|patched) (?:since|for)
    doors? (?:are|is) (?:open to all|not locking|unlocked|open to anyone)
    (?:staff id|access|entry|door|pass|badge|card|security) systems? (?:is|are|was|\
    has been) (?:\w{1,9} )?(?:offline|down|off|broken|not working|out)
    (?:our|the) (?:\w{1,15} )?(?:email|emails|account|accounts|website|server|servers|network|systems?|database|\
    mailbox|page|feed|intranet|app|\
    portal)(?:'s| was| were| is| has| have| has been| got| been) (?:\w{1,9} )?(?:hacked|breached|compromised|\
    hijacked|attacked|taken over|infected|broken into|defaced)
    (?:we|we've|we were|we've been|we got|ons|staff) (?:\w{1,9} )?(?:been )?(?:hacked|breached|scammed|\
    conned out of|burgled|robbed|attacked by|targeted by)
    the (?:breach|hack|cyber attack|leak|data loss) (?:\w{1,9} )?(?:affect|hit|expos|happen|was|has|mean|began|\
    start|cost|took)\w{0,4}
    password(?:s)? (?:is|are|were|was) (?:\w{1,9} )?(?:leaked|exposed|stolen|on the)
    (?:bug|hole|holes|flaw|flaws|loophole|glitch|weakness|weaknesses|gap|gaps|back ?door|weak (?:spot|point)|\
    misconfiguration|leak) (?:\w{1,15} ){0,6}(?:log ?in|sign in|vpn|network|portal|servers?|systems?|firewall|\
    accounts?|security|records|access|passwords?|encryption|database|intranet|website|app|defences|letting|lets|\
    let|allows?|means|that)
    lets? (?:you|anyone|anybody|people|users|outsiders|strangers|others) (?:\w{1,9} )?(?:see|view|access|log in|\
    read|edit|download|change|get into) (?:\w{1,15} ){0,3}(?:other|records?|data|details|accounts?|responses|\
    information|files|system|network)
    (?:anyone|anybody|strangers|outsiders|people) (?:can|could|was able to|were able to|might) (?:just |simply |\
    easily |still )?(?:walk (?:in|straight in)|get in|wander in|log in|see (?:the|our|your|other|everyone's)|\
    access (?:the|our|everyone)|download|read (?:the|our|your|everyone's)|guess|open (?:the|our)|edit)
    (?:network|system|systems|servers?|email|website|wi fi|laptops?|pcs?) (?:\w{1,9} ){0,2}(?:shut down|\
    taken offline|taken down|pulled|isolated|quarantined|locked down|switched off) (?:\w{1,9} ){0,3}(?:after|\
    while|because|as|following|to stop|due)
    (?:shut|shutting|close|take|taking|took|pull|pulled) (?:\w{1,9} )?(?:down|offline|off) (?:the|our|all|\
    every) (?:\w{1,9} )?(?:network|systems?|servers?|email|accounts?)
    two factor (?:is|was|isn't|has been) (?:\w{1,9} )?(?:off|disabled|down|not)
    (?:don't|doesn't|haven't|hasn't|not) (?:\w{1,9} ){0,3}(?:use|have|got|enabled?|turned on|\
    set up) (?:two factor|2fa|mfa|encryption|backups|antivirus|a firewall)
    passwords? (?:are|is|were|was) (?:\w{1,9} )?(?:stored in plain|in plain text|on a post it|on the whiteboard|\
    written on|all the same|never changed|easy to guess)
    penetration test | pen test
    failed (?:the|our|an|its) (?:\w{1,9} )?(?:security|cyber|phishing|pen|penetration) (?:audit|test|check|\
    review|exercise)
    mis ?sent | (?:still )?waiting (?:for \w{1,9} )?to (?:be )?(?:patch|patched|fix|fixed) | to patch the
    (?:ico|information commissioner) (?:\w{1,9} ){0,4}(?:informed|notified|told|reported|investigating|fine|fined)
    reported (?:ourselves|it|this|the breach|the loss) to the (?:ico|information commissioner|ncsc|police)
    """
)
DEVICE = phrases(
    r"""
    laptops? | (?:work |office |interviewer's? )?(?:mobile )?phones? | tablets? | ipads?
    usb(?: sticks?| drives?)? | memory sticks? | (?:hard|thumb|pen|flash) drives? | hard disks? | devices?
    case files? | paperwork | (?:completed |paper )?questionnaires? | folders? | briefcase | id cards?
    (?:staff|security|building|office|access|entry) (?:pass|passes|cards?|badges?|keys|fobs?) | backup tapes?
    discs? | documents | printouts? | notebooks? | rucksack | work bag | set of keys | master key | keys to the
    """
)
GONE = phrases(
    r"""
    stolen | nicked | pinched | swiped | robbed | mugged | burgled | theft | left (?:on|in|at|behind|unattended)
    went missing | gone missing | go missing | is missing | are missing | missing from | mislaid | misplaced
    unaccounted for | can't find | cannot find | fell off | disappeared | vanished
    lost (?:on|in|at|by|a|an|the|his|her|their|our|its|my|two|three|four|another|some) | we(?:'ve| have)? lost
    i(?:'ve| have)? lost | was lost | were lost | has lost | have lost | been lost
    """
)
DEVICE_FRIENDS = phrases(
    r"""
    devices per | mobile phones? theft | theft offences | crime | estimates? | statistics | survey letter | your
    victims? | people who | how many | call us | lost property | reuse | archives?
    """
)
BROKEN_GUARD = phrases(
    r"""
    keypads? | cctv | (?:burglar|intruder|security|building) alarms?
    (?:security|back|side|rear|car park|main|front) (?:gates?|doors?|barriers?|entrance) | fire doors?
    turnstiles? | door locks? | locks? | access control | entry system | swipe (?:system|entry|access)
    card readers? | security (?:desk|guards?|staff|team|cameras?) | night guards? | perimeter fence | fence
    """
)
NOT_GUARDING = phrases(
    r"""
    (?:hasn't|haven't|isn't|aren't|not|never|doesn't|don't|stopped|no longer) (?:been )?(?:work(?:ed|ing|s)?|\
    lock(?:ed|s|ing)?|manned|staffed|clos(?:e|ed|ing)|shut(?:ting)?|record(?:ing|ed)?|switched on|armed|fixed|\
    on duty|covering|there)
    broken | bust | faulty | out of (?:order|action) | unlocked | unmanned | unstaffed | propped open | left open
    wide open | stuck open | anyone can | switched off | turned off | disabled | off until | down until | off sick
    go(?:es)? home | asleep | walk (?:right |straight )?in | blind spots? | gap in | hole in | no cover | code is
    """
)
FLAW_FRIENDS = phrases(
    r"""
    beware | how to | tips? | guide | webinar | survey of | statistics | estimates? | businesses | charities
    report it | if you think | if you've been | victims? | never been | hasn't been hacked | not been hacked
    what to do if
    """
)
ADVICE_ONLY = phrases("your | how to | beware | survey | statistics | estimates? | sorry | please use | visitors")

OURS_ONLY = phrases(
    r"""
    our | we | we've | we're | us | my | i | staff | a colleague | one of our | ex colleague
    former (?:colleague|employee|contractor|member of staff)
    the (?:office|network|server|website|account|intranet|system|database) | this account | an employee
    our supplier
    """
)
STRUCK = phrases(
    r"""
    hacked | hacker | hackers | breached | compromised | hijacked | phished | infected | leaked | were stolen
    was stolen | been stolen | got stolen | stole | stealing | broken into | broke into | burgled | ransomware
    malware | virus | trojan | flaw | loophole | still (?:had|has|have) (?:access|a login|the keys|a pass)
    deleted (?:all |our |the |some )?(?:files|data|records|backups) | wiped | locked out of | phishing email
    phishing link | fell for | cyber ?(?:attack|incident|criminals?)
    security (?:incident|breach|hole|flaw|lapse) | data (?:breach|leak|loss) | unauthori[sz]ed | intruders?
    tailgated | sneaked in | exposed (?:to|online|on) | in cc | cc'd everyone
    to the wrong (?:person|people|address|recipient|list|inbox|company) | shows? other people's
    see(?:s|ing)? other people's | unencrypted | no password | unlocked (?:laptop|phone|screen|cabinet|door)
    anti ?virus (?:ran out|expired|lapsed|off)
    expired (?:certificate|antivirus|licence for our (?:antivirus|firewall))
    """
)
STRUCK_FRIENDS = phrases(
    r"""
    beware | how to | how we | tips? | guide | guidance | scam(?:s|mers?)? (?:texts?|emails?|calls?|messages?)
    beware of | statistics | estimates? | crime | survey of | businesses | charities | victims?
    protect(?:ed|ing|s)? | prevent | never been | not been | hasn't been | if you | what to do if | pretending
    claiming to be | report (?:it|them|phishing|scams?|suspicious) | webinar | training course | exercise
    vacancy | apply | learn
    """
)

RULES = (
    rule_of(
        RULE,
        ADVICE,
        find_forms(
            form(ATTACKED, OURS, unless=ADVICE_CUES),
            form(FACT, unless=ADVICE_CUES),
            form(LOST, unless=ADVICE_CUES),
            form(LEFT_BEHIND, unless=LEFT_FRIENDS),
            form(SENT_WRONG, PRIVATE_THINGS, unless=ADVICE_CUES),
            form(PREMISES, unless=ADVICE_CUES),
            form(PHISHING_US, PHISH_WORDS),
            form(NETWORK),
            form(INCIDENT, HAPPENED, unless=ADVICE_CUES),
            form(STRUCK, OURS_ONLY, unless=STRUCK_FRIENDS),
            form(FLAW, unless=FLAW_FRIENDS),
            form(INTRUDED, unless=FLAW_FRIENDS),
            form(DEVICE, GONE, unless=DEVICE_FRIENDS),
            form(BROKEN_GUARD, NOT_GUARDING, unless=ADVICE_ONLY),
        ),
    ),
)
