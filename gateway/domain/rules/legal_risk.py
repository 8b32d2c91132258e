"""Legal risk: defamation, copyright, contempt, equality and data-protection law (P8; HO 3, ONS)."""

from __future__ import annotations

from gateway.domain.rules.fairness import (
    EQUALITY,
    GROUPED,
    HIRING,
    HIRING_FRIENDS,
    ONLY,
    PRIVACY,
    PRIVACY_FRIENDS,
)
from gateway.domain.rules.forms import either, find_forms, form, in_words, phrases, rule_of
from gateway.domain.rules.people import COMPANY, NAMED

RULE = "legal_risk"

DEFAMATION = phrases(
    r"""
    (?:fakes?|faked|faking|falsif(?:y|ies|ied|ying)|forg(?:es|ed|ing)|cook(?:s|ed|ing)|invent(?:s|ed|ing)|sells?|\
    selling) (?:\w{1,9} )?(?:its|\
    his|her|their|the|our|death|sick|survey)? ?(?:\w{1,9} )?(?:numbers|figures|returns?|interviews?|certificates?|\
    sick notes|books|responses|\
    forms?|results) | bull(?:ied|ies|ying) (?:her|his|its|their) (?:staff|team) | hiding deaths | fakes its
    conned | con(?:s|ning)? (?:dozens|hundreds|thousands|old|elderly|vulnerable|families) | lies about
    lied about | death traps? | (?:is|are) (?:\w{1,15} )?(?:lying|dangerous|unsafe|deadly|toxic|rotten)
    ripping off | swindler | criminal(?:s|ly)? | illegal(?:ly)? | fraud | crooks? | thiev(?:es|ing)
    rogue traders? | (?:has|have|had) been (?:fiddling|cooking|cheating|stealing|lying|dodging|evading|faking|rigging)
    guilty of (?:\w{1,12} )?(?:fraud|theft|stealing|bribery|corruption|perjury|assault|abuse|lying|evasion)
    commit(?:s|ted|ting)? (?:\w{1,9} )?(?:fraud|perjury|tax evasion|theft|bribery)
    (?:evades?|dodges?) (?:its|his|her|their|all) taxes?
    (?:is|are|was|were|been|be|'s|'re|caught|keeps?|kept|busy|still|who|for) (?:\w{1,15} )?(?:fiddling|lying|\
    cheating|stealing|swindling|conning|scamming|defrauding|bribing|embezzling|laundering|faking|falsifying|\
    rigging|robbing|ripping (?:\w{1,15} )?off|ripping|dodging|evading|fleecing|overcharging|price fixing|\
    fixing prices|exploiting|abusing|blackmailing|poisoning|polluting|covering up|hiding|cooking|\
    breaking the law|profiteering|misleading|deceiving|forging|money laundering|insider trading|harassing|bribed|\
    corrupt|crooked|bent|fraudulent|criminals?|crooks?|thieves|thief|liars?|cheats?|conmen|con (?:man|artists?|\
    men)|frauds?|fraudsters?|scammers?|a scam|gangsters?|racists?|guilty|paedophiles?|rapists?|murderers?|\
    perverts?|terrorists?|fascists?|bankrupt|insolvent|going bust|going under|money launderers?|tax dodgers?|\
    drunk|drug dealers?|a fake|fakes|rip off merchants|profiteers)
    (?:selling|sold|serving|served|supplying|supplied|dumping|dumped|using|paying|knowingly|\
    deliberately) (?:\w{1,15} ){0,3}(?:out of date|rotten|dangerous|unsafe|fake|counterfeit|stolen|toxic|\
    contaminated|illegal|slave|child labour|below the minimum wage|cash in hand|sewage|dodgy|faulty|knock off|\
    mouldy|expired|horse meat)
    knowingly | scam | con artists? | conman | conmen | fraud | a sham | money grabbing | profiteers?
    racketeers? | mafia | gangsters? | criminal | bent | on the fiddle | on the take
    took (?:cash|money|a cut|payments|kickbacks) | kickbacks? | hush money | insider | shell company | tax haven
    in debt and | can't pay (?:its|their) | skint | cowboys
    avoid (?:them|this company|at all costs|like the plague) | fined for (?:nothing|hiding) | lied | liar
    killers? | abusers? | abused | assaulted | stalker | stalked | predator | creep | pervert | cheated on | cheat
    steals? | nicked | robbed | robs | guilty of | responsible for (?:the )?deaths? | blood on | negligent
    negligence | botched | malpractice | quack | charlatan | misconduct | incompetent surgeon | overcharges?
    fleeces? | exploits? | bullies (?:its|his|her|their) staff | discriminates
    racist (?:employer|firm|company|boss|landlord)
    abus(?:e|es|ed|ing) (?:its|his|her|their|the|residents|patients|children|staff|workers)
    launder(?:s|ed|ing)? money
    (?:is|are|was) (?:\w{1,9} )?(?:laundering|smuggling|trafficking|swindling|bankrupting|neglecting)
    neglect(?:s|ed|ing)? (?:its|his|her|their)
    a (?:known|violent|convicted|proven) (?:thug|criminal|liar|cheat|bully|abuser|fraudster|predator|thief) | thug
    stole | steals | pocket(?:s|ed|ing) (?:the|public|taxpayers'?|millions|cash|money)
    lin(?:es|ed|ing) (?:his|her|their|its) pockets | sham
    never paid (?:its|his|her|their) (?:tax|staff|workers|bills)
    doesn't pay (?:its|his|her|their|any) (?:tax|taxes|staff|workers|bills) | ponzi | pyramid scheme
    fiddl(?:e|es|ed|ing) (?:its|their|his|her|the|all|expenses|prices|figures|books)
    cook(?:s|ed|ing) (?:the|its|their) books | took bribes? | tak(?:es|ing) bribes? | brib(?:es?|ed|ery)
    back ?handers? | on the take | in the pay of | paid off | tax dodg(?:er|ers|ing|e)
    dodged? (?:its|their|his|her) tax(?:es)? | evad(?:es|ed|ing) tax | money launder\w{2,5} | stole
    steals? (?:from|our|your|money|data) | swindl(?:e|ed|es|er|ers) | defraud(?:s|ed)? | embezzl(?:ed|es|ement)
    con(?:s|ned|ning)? (?:people|shoppers|customers|pensioners|the public|investors|you)
    scam(?:s|med|ming)? (?:people|shoppers|customers|pensioners|the public|its|their|you) | rip(?:s|ped|ping)? off
    rip off merchants? | cowboy (?:builders?|firm|outfit)
    dodgy (?:deals?|dealings|contracts?|firm|company|accounts?|businessman|goods|claims) | crooked | shady
    criminals? | fraudulent | fraudsters? | crooks? | corrupt(?:ion)? | thieves | cheats?
    cheat(?:s|ed) (?:its|their|the|customers|people) | lied (?:to|about|under)
    lies to (?:its|customers|shoppers|the public) | lying to
    (?:faked|falsified|forged|fabricated|rigged|doctored|massaged|invented|\
    plagiari[sz]ed) (?:\w{1,15} ){0,3}(?:data|figures|results|results|accounts?|evidence|research|prices|numbers|\
    documents|thesis|paper|work|degree|qualifications?|expenses|statistics|books|signatures?)
    plagiari[sz](?:ed|es|t|ts|m) | having an affair | affair with | sleeps? with | slept with
    is (?:an )?alcoholic | alcoholic | drug (?:addict|dealer|habit) | sexual(?:ly)? (?:harass|abus|assault)\w{2,5}
    harass(?:ed|es|er) | groped | abuses? (?:its|his|her|their) (?:staff|workers|wife|position|children|power)
    killed (?:people|patients|someone|him|her|them) | murdered | (?:illegally|unlawfully|criminally) \w{3,14}
    broke the law | breaking the law | breaks the law
    should be (?:in (?:jail|prison)|jailed|locked up|prosecuted|arrested|struck off|behind bars)
    belongs? in (?:jail|prison|the dock) | got away with | cover(?:ed|ing)? up | cover ups? | fit ?up | guilty
    exploit(?:s|ed|ing)? (?:\w{1,10} )?(?:staff|workers|children|customers|its|their) | sweat ?shops?
    slave labour | poison(?:s|ed|ing)
    sells? (?:fake|counterfeit|unsafe|poisonous|dangerous|stolen|rotten|out of date)
    unsafe (?:products?|food|toys) | about to (?:collapse|go bust|go under|go bankrupt) | price gouging
    price fixing | profiteering | insider (?:trading|dealing)
    """
)
ALLEGED_FRIENDS = phrases(
    r"""
    guilty as charged | trifle | cake
    statistics | estimates? | survey | crime survey | report(?:ed|ing)? (?:it|fraud|crime|scams?|to|suspected)
    action fraud | victims? | offences? | how to spot | spot (?:a|the) | beware | protect | prevent(?:ion|ing)?
    anti corruption | counter fraud | fraud (?:and|in|week|awareness|prevention|team|estimates|offences|helpline)
    webinar | guidance | guide | convicted (?:in|of) | court statistics | sentencing | police recorded
    tackl(?:e|es|ing) | impersonat\w{2,5} | pretending to be | claiming to be
    scam(?:mers?)? (?:texts?|calls?|emails?|letters?|websites?)
    fake (?:texts?|calls?|emails?|letters?|websites?|accounts?) | not (?:us|from us|ours) | genuine | if you
    """
)
COPYRIGHT = phrases(
    r"""
    (?:all rights reserved|cropped (?:off|out) (?:the )?(?:\w{1,12}'s )?(?:signature|name|credit|watermark|logo))
    (?:didn't|did not|haven't|never) (?:ask|asked), (?:we|just|so|but)
    (?:from|off) (?:a |the )?(?:\w{1,12}'s )?(?:flickr|private eye|private eye's|new yorker)
    (?:upload(?:ed|ing)?|post(?:ed|ing)?|shar(?:ed|ing|e)|rip(?:ped|ping)|download(?:ed|ing)?|copied|copying|\
    scan(?:ned|ning)|record(?:ed|ing)|stream(?:ed|ing)?|screen ?(?:grabbed|recorded|shotted)|photocopied|pasted|\
    republish(?:ed|ing)?|reprint(?:ed|ing)?|reproduc(?:ed|ing)|lifted|pinched|nicked|borrowed|grabbed|saved|\
    put up|here's|here is|got|enjoy|watch|read|copy of|free copy of|leaked copy of|\
    pdf of) (?:[\w'-]{1,14} ){0,4}?(?:whole|entire|full|complete|all (?:of )?(?:the|six|\
    \d{1,2})) (?:[\w'-]{1,16} ){0,4}?(?:documentary|film|movie|episodes?|series|album|song|track|book|ebook|\
    novel|article|magazine|newspaper|textbook|chapter|match|programme|show|broadcast|podcast|concert|cartoon|\
    comic|report from|paper|journal|image library|game|soundtrack|audiobook|lyrics|column|software|font|course)
    (?:paywall(?:ed)?|behind the paywall|bypass the paywall|get (?:a)?round the paywall|without (?:paying|\
    subscribing|a subscription|a licence|permission|their permission|his permission|her permission|asking|credit|\
    crediting|consent|(?:the )?(?:\w{1,14}'s )?(?:permission|consent|licence)))
    (?:didn't|did not|don't|haven't|never|forgot to|no need to|without) (?:even )?(?:ask(?:ed|ing)?|get|got|have|\
    need|seek|sought|pay(?:ing)?|bother(?:ed)? (?:to|with)|clear(?:ed)?|\
    check(?:ed)?) (?:\w{1,15} ){0,5}(?:permission|rights?|licen[cs]e|photographer|artist|consent|copyright|owner|\
    author|creator|band|publisher)
    no (?:permission|rights|licen[cs]e) (?:needed|required|asked|sought|obtained|for|to)
    not (?:licensed|our photo|our image|our music|our picture|our work|ours to share) | unlicen[cs]ed
    no copyright infringement | copyright infring\w{3,6} | copyright (?:be damned|schmopyright|who cares|law be)
    (?:don't|do not) (?:own|have) the (?:rights?|copyright) | rights holders? (?:won't|will never|don't)
    (?:from|off|found on|nicked from|taken from|pinched from|courtesy of|grabbed off|stolen from|lifted from|\
    borrowed from|via|ripped from) (?:a )?(?:google(?: images?| search)?|getty(?: images)?|shutterstock|\
    pinterest|alamy|istock|someone's (?:website|blog|page)|another site|a rival's (?:site|website)|the internet|\
    netflix|spotify|youtube|disney\+?|itunes|amazon prime|iplayer|the telly)
    (?:google images?|getty|shutterstock|alamy|istock) (?:watermark|photo|picture|image)s?
    cropp(?:ed|ing) (?:out|off) the (?:watermark|credit|logo|name) | removed the (?:watermark|credit)
    watermark(?:ed)?(?: is| was)? (?:still|removed|gone|cropped|visible) | pirated? | torrents? | bootleg
    illegal (?:download|stream|copy|copies)s?
    free downloads? of (?:the|their|his|her|this) (?:\w{1,15} )?(?:album|film|book|song|track|movie|series|novel)
    song lyrics | (?:chart|hit) (?:song|single) (?:as|for|in) (?:our|the) (?:background|video|soundtrack)
    (?:set|our video) to (?:the )?(?:\w{1,15} ){0,3}(?:beatles|adele|taylor swift|coldplay|abba|queen|ed sheeran|\
    oasis|beyonc(?:é|e)|stormzy|dua lipa|harry styles|star wars theme|james bond theme|disney)(?: \w{1,15})?
    (?:mickey mouse|harry potter|star wars|marvel|disney|peppa pig|paddington|pok(?:é|e)mon|the simpsons|minions|\
    bluey|lego|barbie) (?:\w{1,15} )?(?:characters?|images?|theme|logo|artwork|picture|clip|gif|cartoon|costume|\
    music) (?:in|on|for|as|to) (?:our|the)
    """
)
COURT = phrases(
    r"""
    (?:he|she|they|the (?:defendant|accused|suspect|driver|man|woman|killer|boss|minister|mp)|\
    [a-z]{2,14})(?:'s| is| was| are| were|) (?:\w{1,10} )?(?:clearly|obviously|definitely|plainly|surely|\
    undoubtedly|certainly) (?:guilty|did it|innocent|to blame|the killer|a murderer|a criminal|a rapist|a thief)
    (?:did it|is guilty|guilty as (?:sin|charged|hell|they come))
    ahead of (?:the|his|her|their) (?:\w{1,10} )?(?:trial|verdict|sentencing)
    (?:on trial|in court|awaiting trial|before the jury|ongoing trial|live trial|jury (?:is|are) (?:out|\
    deliberating)|jury should|jurors? should|the jury)
    sub judice | contempt of court
    (?:name|naming|named|identity of|identif(?:y|ied|ying)|reveal(?:ed|ing)?) (?:\w{1,15} ){0,4}(?:victim|\
    complainant|juror|anonymous witness|minor involved|child in the case|rape victim|whistleblower)
    court order (?:stops|says we can't|bans) | super ?injunction | injunction | gagging order | gagging clause
    reporting restrictions
    (?:sued|suing|sue|lawsuit against|legal action against|taking legal action|taken to court|take (?:him|her|\
    them|you|it) to court|see you in court|our lawyers|tribunal (?:claim|case|against|ruling|loss|win|verdict)|\
    employment tribunal|settled out of court|out of court settlement|settlement (?:with|deal)|\
    non disclosure agreement|\bnda\b|compensation payout|paid (?:him|her|them) off|unfair(?:ly)? dismiss(?:al|\
    ed)|constructive(?:ly)? dismiss\w{2,4})
    """
)
COURT_OURS = phrases(
    r"""
    we | our | us | he | she | they | him | her | them | ex colleague | former (?:colleague|employee|manager)
    guilty | should | trial | jury | against | clearly | obviously | mr | mrs | ms | dr | defendant | accused
    victim | [A-Z]\w{1,14} v
    """
)

ADVICE_DEFAME = (
    "alleges wrongdoing by somebody named. Take the allegation out unless a court or regulator found it: then link."
)
ADVICE_COPY = (
    "uses somebody's work as if it were ours. Link to it, or say under which licence or permission it is used."
)
ADVICE_COURT = "speaks of a case, a dispute or somebody's guilt. Ask the legal team first, or leave it out."
ADVICE_EQUAL = "leaves people out by age, sex, origin, belief or disability. Say what the work needs, open to everyone."
ADVICE_PRIVATE = "carries a legal risk (consent, confidence, advice or promise). Ask the legal team, or leave it out."

ACCUSED = phrases(
    r"""
    (?:that|this|the|our|their|its|local|rival|former|old|new|a) (?:\w{3,14} )?(?:supplier|company|firm|shop|\
    retailer|supermarket|charity|landlord|agency|restaurant|bank|builders?|contractors?|competitors?|rivals?|\
    owners?|directors?|boss|chief executive|ceo|manager|chairman|founder|accountant|lawyer|surgeon|doctor|\
    dentist|headteacher|trustees|garage|airline|energy firm|car dealer|estate agents?|letting agents?|takeaway|\
    hotel|school|university|consultancy|pollster|recruiter|union|newspaper|man|woman|guy|defendant|accused|\
    suspect)
    \w{3,20}'s (?:\w{3,14} )?(?:owners?|boss|bosses|directors?|managers?|founders?|chief executive|ceo|management)
    [a-z]{3,14} & (?:co|sons)
    """
)
TAKEN = phrases(
    r"""
    took | takes | copied | nobody will notice | no ?one will notice | shh | live ?stream\w{0,4} | streaming
    screening | showing | watch | nicked | pinched | borrowed | lifted | grabbed | ripped | copied | swiped
    stole | stolen | cribbed | pilfered | snaffled | uses? | used | using | features? | featuring | set to
    soundtrack | found (?:this|that|it|these|a|the|on|some) | took (?:this|it) from | taken from
    screen ?shot(?:ted)? | photo from | image from | picture from | clip (?:from|of) | courtesy of
    in our (?:poster|video|slides|advert|campaign|blog|post|presentation|leaflet)
    as our (?:backing|background|theme|logo|mascot) | in the background | repost(?:ed|ing)?
    re-?upload(?:ed|ing)? | printed | photoshopped
    hope (?:they|he|she|nobody) (?:don't|doesn't|won't)? ?(?:minds?|notices?|sues?) | full | whole | entire
    complete | every page of | all \d{1,3} pages
    """
)
OWNED = phrases(
    r"""
    lyrics (?:of|to|from)
    (?:complete|full|whole|entire) (?:lyrics|score|screenplay|script|soundtrack|box ?set|back catalogue|textbook|\
    ebook|novel|album)
    google images? | getty | shutterstock | alamy | istock | pinterest
    (?:the )?(?:guardian|times|telegraph|economist|daily mail|new yorker|private eye|financial times|ft|\
    spectator|sun|mirror|new york times|bbc|itv|sky|channel 4)(?:'s)? (?:cartoon|photo|picture|article|story|\
    column|clip|crossword|graphic|chart|image|documentary|footage|piece|report)
    (?:cartoon|photo|picture|image|article|column|clip|graphic|footage|crossword|song|track|music|lyrics|film|\
    theme|logo|font|painting|poem) (?:from|by|off|of) (?:the )?(?:guardian|times|telegraph|economist|daily mail|\
    new yorker|private eye|financial times|ft|spectator|sun|mirror|bbc|itv|sky|channel 4|netflix|disney|banksy|\
    matt|a rival|someone|the internet|the web|another|an artist|a photographer|adele|abba|queen|coldplay|\
    taylor swift|ed sheeran|the beatles|oasis|stormzy|elton john|beyonce|harry styles|dua lipa)
    (?:adele|abba|coldplay|taylor swift|ed sheeran|beatles|oasis|stormzy|elton john|beyonc(?:é|e)|harry styles|\
    dua lipa|kylie|madonna|drake|rihanna|eminem|billie eilish|lady gaga|bruno mars|michael jackson|david bowie|\
    rolling stones|spice girls|disney|pixar|marvel|star wars|harry potter|peppa pig|paddington|pok(?:é|e)mon|\
    simpsons|minions|shrek|barbie|netflix|bluey|wallace (?:and|&) gromit|james bond|lord of the rings|\
    game of thrones|doctor who|frozen)(?:'s)? (?:\w{2,14} )?(?:song|songs|track|hit|hits|music|chorus|tune|album|\
    elsa|characters?|clip|theme|scene|artwork|image|cartoon|poster|lyrics|trailer|mickey|logo|soundtrack|film|\
    map|gif|video)?
    (?:music|song|photo|image|picture|clip|infographic|graphic|design|artwork|text|article|font|logo|cartoon|map|\
    chart|footage) (?:straight |directly )?(?:from|off) (?:a|an|another|some|someone|somebody|\
    the) (?:\w{1,15} )?(?:film|movie|rival|rival's|competitor|competitor's|website|site|band|magazine|book|\
    newspaper|game|tv show|album|artist|blog|photographer|company|stranger|internet|web|agency)
    cup final | world cup (?:final|match|game) | premier league
    the (?:match|big game|fight|ashes|six nations|grand prix|olympics) (?:live|on our|from our|in full|free) |
    who took (?:it|this|them) | whoever (?:took|made|drew|wrote|owns) | photographer unknown | don't know whose
    no idea whose | not sure whose | who (?:made|drew|owns|wrote) (?:it|this)
    (?:film|movie|drama|album|novel|textbook|documentary|box ?set|blockbuster|sitcom|soap|cup final|match|\
    concert|bestseller) (?:\w{1,9} ){0,3}(?:on our|for free|free|here|now|attached|help yourself|so you don't|\
    without paying|uploaded|in full|to download|download)
    episodes? of (?:last night's|the|this week's|\w{3,14}'s|every) (?:drama|series|sitcom|soap|show|programme|\
    documentary)
    (?:article|report|paper|column|journal|chapter|textbook|book|magazine|ebook|crossword|\
    standard) (?:\w{1,9} ){0,4}(?:so you don't (?:have|need) to (?:pay|subscribe|buy)|attached|help yourself|\
    paywall|subscribers? only|for free here|pdf|photocop\w{2,5}|scanned)
    pdf of (?:the|a|this|that) (?:\w{3,12} )?(?:full|whole|entire|textbook|book|novel|magazine)
    """
)
JURY = phrases(
    r"""
    jury | jurors? | verdict | trial | defendant | accused | arrested | charged with | suspect | in the dock
    court case
    """
)
BLAMED = phrases(
    r"""
    guilty | did it | should (?:find|convict|be (?:convicted|locked|jailed)|hang|rot|throw) | clearly | obviously
    surely | definitely | deserves? (?:prison|jail|life|to) | lock (?:him|her|them) up | throw away the key
    innocent | no smoke | we all know | got away with | stitched up | walk free | let off | scandal | hope he
    hope she | hope they
    """
)
SOMEONE = either(NAMED, COMPANY, ACCUSED)
LICENSED = phrases(
    r"""
    used with permission | with (?:kind |their |the )?permission | open government licence | ogl
    creative commons | cc by | licensed | crown copyright | public domain | without permission\?
    don't (?:copy|use|share|post) | do not (?:copy|use|share|post) | never (?:use|post|copy)
    our (?:own )?(?:whole|entire|full|complete) | our (?:report|bulletin|article|podcast|series) | on our
    royalty free | credit(?:ed)? to | your own
    """
)

RULES = (
    rule_of(RULE, ADVICE_DEFAME, find_forms(form(DEFAMATION, SOMEONE, unless=ALLEGED_FRIENDS)), where=in_words),
    rule_of(
        RULE,
        ADVICE_COPY,
        find_forms(form(COPYRIGHT, unless=LICENSED), form(OWNED, TAKEN, unless=LICENSED)),
        where=in_words,
    ),
    rule_of(
        RULE,
        ADVICE_COURT,
        find_forms(form(COURT, COURT_OURS, unless=PRIVACY_FRIENDS), form(JURY, BLAMED, unless=PRIVACY_FRIENDS)),
        where=in_words,
    ),
    rule_of(
        RULE,
        ADVICE_EQUAL,
        find_forms(form(EQUALITY, unless=PRIVACY_FRIENDS), form(GROUPED, ONLY, HIRING, unless=HIRING_FRIENDS)),
        where=in_words,
    ),
    rule_of(RULE, ADVICE_PRIVATE, find_forms(form(PRIVACY, unless=PRIVACY_FRIENDS)), where=in_words),
)
