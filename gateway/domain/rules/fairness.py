"""Leaving people out, and telling of them: the words of equality and data-protection law (P8)."""

from __future__ import annotations

from gateway.domain.rules.forms import phrases

EQUALITY = phrases(
    r"""
    (?:won't|wouldn't|never|don't) (?:hire|take on|employ|recruit) (?:\w{1,9} )?(?:over|under) ?(?:\w{3,7}|\d\d)s
    (?:don't|do not|never|shouldn't|needn't) (?:\w{1,9} )?apply if you(?:'re| are)? (?:over|under|pregnant|disabled|\
    a parent|foreign|\
    too old)
    (?:rather not|never|won't|wouldn't|don't|'d not) (?:\w{1,9} )?(?:hire|take on|employ|recruit|take|\
    consider) (?:\w{1,9} )?(?:new \
    mums?|mums|mothers|parents|anyone over|someone over|people over|over \w{3,7}s?|women|pregnant|older|disabled|\
    smokers|foreigners)
    (?:younger|young) (?:folk|people|ones|staff) only | needs? (?:young|fresh) blood
    no (?:irish|travellers|gypsies|roma|blacks|asians|muslims|jews|poles|romanians|foreigners|immigrants|\
    refugees|brummies|scousers|northerners|dss|oaps|over \d\ds|wheelchairs|disabled|women|men|gays|children|\
    vegetarians need)
    (?:no|not for|sorry,? no|don't want|not looking for|not suitable for|unsuitable for|need not apply:?|\
    except) (?:\w{1,15} )?(?:women|men|girls|boys|over (?:30|35|40|45|50|55|60)s?|under (?:25|30)s?|\
    old(?:er)? people|older (?:applicants|candidates|workers)|pensioners|mums|mothers|parents|pregnant women|\
    disabled (?:people|applicants|candidates)|wheelchairs?|wheelchair users|foreigners|immigrants|migrants|\
    muslims|jews|christians|catholics|gays?|lesbians|trans people|travellers|part timers|black people|asians|\
    whites|single mothers|the disabled|non brits|accents)(?: please| allowed| need apply| welcome| applicants)?
    (?:men|women|males?|females?|young people|under ?\d\ds?|brits|british (?:people|born|nationals|nationality)|\
    christians|white people|whites|graduates under \d\d|native (?:english )?speakers|\
    able bodied(?: people| candidates)?|single people|straight people|locals|non smokers who|young mums|\
    childless people) only
    only (?:men|women|males|females|young (?:people|candidates|applicants)|under ?\d\ds|british born|able bodied|\
    native (?:english )?speakers|white|christian|single|childless|healthy) (?:\w{1,15} )?(?:need apply|\
    should apply|may apply|can apply|applicants|candidates|considered|welcome|wanted|please)?
    (?:men|women|over ?\d\ds|mums|mothers|older people|parents|anyone over \d\d|oldies|disabled people|\
    foreigners|dads) (?:need not|needn't|shouldn't|should not|can't|cannot|don't bother to|are not welcome to|\
    won't be able to) (?:apply|bother|join|come)?
    (?:young(?:,| and)? (?:\w{3,12},? (?:and )?)?(?:energetic|dynamic|attractive|fresh|vibrant|pretty|fit|hungry|\
    good looking|guys?|men|man|lads?|male|female|woman|women|girl|blood)(?: \w{3,12})? (?:person|people|\
    candidates?|graduates?|team|wanted|man|woman|needed|to join|individual|analysts?|staff|recruits?))
    (?:energetic|attractive|youthful|good looking|pretty|able bodied|digital native|recent school leaver|male|\
    female|young|youthful) (?:\w{3,14} )?(?:wanted|required|preferred|needed|only)
    (?:must|should) (?:be|look) (?:\w{1,8} )?(?:under \d\d|young|male|female|fit and able|able bodied|attractive|\
    british born|english born|white|christian|good looking|slim|single|childless|a man|a woman|a native speaker|\
    youthful|thin|straight)
    (?:ideal|perfect|great|suit(?:able|s)?|looking) for (?:a )?(?:young|male|female|attractive|single|childless|\
    youthful|under \d\ds)(?:,? \w{3,12})? (?:person|man|woman|men|women|graduate|people|bachelors?|girls?|lads?|\
    candidates?)
    (?:too old|too young|too pregnant|too disabled|too foreign) (?:to|for) (?:the|this|our|apply|work|a)
    maximum age | age limit(?: is|:)? \d\d | women (?:aren't|are not|can't be|make bad|are worse|are bad)
    (?:prefer|preferring|preference for|favour) (?:\w{1,10} )?(?:male|female|men|women|younger|young|white|\
    british|christian|native|single|childless|able bodied|graduates without)
    no (?:maternity|reasonable adjustments?|disabled access)
    (?:isn't|not|no) (?:step free|wheelchair accessible)(?:,| so| and) (?:\w{1,15} ){0,4}(?:tough|stay|don't|\
    sorry|can't come|not welcome)
    (?:can't|won't|don't|not going to|refus(?:e|ed|ing) to|no plans to) (?:\w{1,8} )?(?:make|making|do|offer|\
    accept|take|hire|employ|recruit) (?:\w{1,10} )?(?:reasonable adjustments?|adjustments|disabled|women|\
    over \d\ds|foreigners|pregnant|older)
    """
)
ONLY = phrases(
    r"""
    make better | are better (?:at|suited) | think twice | think again | hiring men | best suited
    naturally better | wouldn't cope | can't cope | won't fit in | fit in | only | not suitable | isn't suitable
    unsuitable | no | won't (?:consider|interview|hire|take|employ|suit)
    don't (?:want|hire|employ|take|consider) | looking for | seeking | wanted | want | ideal(?:ly)?
    prefer(?:red|ably)? | must be | need(?:s)? (?:a|someone|to be) | not for | would suit | suits | suited to
    too | sorry | rejected | turned down | couldn't hire | didn't hire | overlooked
    not really (?:for|suited|a job for) | fit in better | job for a | calling all | shouldn't | should stay
    can't | cannot
    """
)
GROUPED = phrases(
    r"""
    under (?:18|2[15]|30|35|40|45|50|55)s? | over (?:3[05]|4[05]|5[05]|6[05]|70)s?
    older (?:people|workers|applicants|candidates|staff) | old (?:people|folk|timers)
    young(?:,| and) (?:\w{3,12} ){0,2}(?:men|man|women|woman|people|person|guy|graduates?|lads?|team|blood)?
    young (?:men|man|women|woman|lads?|guys?|girls?|male|female)
    (?:mums|mothers|dads|parents|women|men|girls|people|anyone|those|applicants|candidates) (?:with|having|\
    who (?:has|have|need|want)) (?:\w{1,9} ){0,2}(?:kids|children|babies|disabilit\w{1,4}|accents?|childcare|\
    a baby|caring|health problems|headscarf|pregnant|to pray|wheelchairs?|dyslexia|autism|adhd|depression)
    pregnant | of childbearing age | might get pregnant | wheelchair users?
    disabled (?:people|applicants|candidates|staff) | foreigners? | foreign (?:applicants|accents?|names?|workers)
    immigrants | british born | born in (?:britain|england|wales|the uk) | native speakers? | muslims? | jews
    christians? | men | women | males? | females? | blokes? | lads | girls | gay | trans | white | black | asian
    single people | able bodied | able-bodied
    """
)
HIRING = phrases(
    r"""
    jobs? | roles? | posts? | posts | apply | applicants? | applications? | candidates? | team | recruit\w{0,4}
    hiring | hire | vacanc(?:y|ies) | interview | considered | join | work here | need apply | career
    employ\w{0,4} | internship | apprentice\w{0,5} | fast paced | shift
    """
)
HIRING_FRIENDS = phrases(
    r"""
    welcome | encourage[ds]? | regardless | all (?:ages|backgrounds|genders) | every(?:one|body) | whatever | both
    equal | inclusive | survey | statistics | estimates? | gap | aged | not only | more (?:women|men|disabled)
    network | support | adjustments | positive action | underrepresented | women in | men and women
    women and men | rate | mentor\w{0,4} | confident | return(?:ing|ers?) | employment
    """
)
PRIVACY = phrases(
    r"""
    without (?:their|his|her|your|the \w{3,14}'?s?|anyone's|any|getting|asking for) (?:\w{1,10} )?(?:consent|\
    knowledge|permission|knowing|approval|say so)
    (?:didn't|don't|haven't|never|not) (?:\w{1,8} )?(?:consent(?:ed)?|given (?:their )?consent|gave consent|\
    agreed to (?:be|this|us)|ask(?:ed)? (?:for )?(?:consent|permission)|know (?:they|we|he|she) (?:were|was|are|\
    is|took|filmed|photographed|recorded))
    (?:doesn't|don't|didn't|won't|has no idea|have no idea|no idea|without him|without her|\
    without them) (?:\w{1,6} )?(?:know|knowing|realis\w{1,3}|realiz\w{1,3}|we|they) (?:\w{1,6} ){0,3}(?:film|\
    record|photo|post|shar|took|using|used|listen|watch|track)\w{0,8}
    secretly (?:filmed|recorded|photographed|taken|monitored|tracked) | hidden camera
    doesn't know (?:we|he's|she's|i) (?:\w{1,8} )?(?:took|posted|filmed|being|recorded|sharing)
    off (?:sick|work) with (?:stress|cancer|depression|anxiety|covid|a breakdown|\w{4,14})
    signed off (?:sick )?with
    (?:his|her|their|my colleague's|our colleague's) (?:medical|mental health|disciplinary|sickness|criminal|hiv|\
    cancer|pregnancy|salary|religion|sexuality|diagnosis|divorce) (?:\w{1,15} )?(?:record|records|history|\
    condition|issues?|problems?|case|hearing|diagnosis|status|results|file)?
    (?:was|been|is|were|got|being) (?:sacked|fired|dismissed|suspended|disciplined) for | gross misconduct
    disciplinary (?:hearing|action) against
    ignor(?:e|ing) (?:gdpr|data protection|the law|copyright|the equality act)|gdpr (?:schmee|be damned|\
    doesn't apply|who cares)
    (?:sold|selling|sell|passed|gave|given|giving|sharing|shared|handed) (?:\w{1,10} ){0,3}(?:your|respondents'?|\
    people's|customers'?|users'?|everyone's|household|personal|their) (?:\w{1,10} )?(?:data|details|answers|\
    information|records|responses|addresses) (?:to|with)
    de-?anonymi[sz]ed? | re-?identif(?:y|ied|ying) | legally (?:binding promise|dubious|questionable|risky|grey)
    (?:lawyers|legal|legal team) (?:will|would|might|are going to|told us not|said not|won't|don't|didn't|\
    haven't|may) (?:\w{1,10} ){0,3}(?:hate|kill|like|stop|to (?:post|say|share)|approved?|know|seen?|cleared|\
    happy|have a fit|sue)
    might get (?:sued|in trouble|into trouble) | get(?:ting)? sued
    don't tell (?:legal|the lawyers|hr|our lawyers|the ico) | off the record but | allegedly
    (?:left|leaving|resigned|quit|off|away|absent|struggling|retired|sacked) (?:\w{1,9} ){0,2}(?:because of|\
    due to|with|after|over) (?:his|her|their|a|the) (?:\w{1,15} )?(?:depression|anxiety|breakdown|illness|cancer|\
    divorce|drinking|alcoholism|addiction|mental|pregnancy|affair|debts?|stress|diagnosis|miscarriage|disability|\
    condition|hiv|surgery|operation|complaint|grievance)
    (?:name|names|identity|photo|address|details|picture) of the (?:\w{1,15} )?(?:woman|man|person|people|member|\
    customer|respondent|colleague|employee|complainant|whistleblower|girl|boy|child|patient|\
    family)(?: \w{1,15})? who
    (?:trust|recommend|love|back|make) this investment | double your (?:money|savings|income)
    guaranteed returns? | get rich | invest (?:now|in|your savings)
    we (?:recommend|endorse|advise) (?:buying|investing|you (?:buy|sell|invest)|everyone (?:buy|buys|sell))
    buy (?:shares?|bitcoin|crypto|stock)s? | sell your (?:shares|house) now
    (?:use|with) (?:our|my|the) (?:discount|promo|referral|affiliate) code | affiliate link
    sponsored by our friends
    """
)
PRIVACY_FRIENDS = phrases(
    r"""
    we (?:never|don't|won't|will never|do not|would never|can't|cannot) | never (?:share|sell|pass|give)
    won't (?:share|sell|pass|be) | nobody can | can't be | cannot be | it's (?:illegal|against the law|a crime)
    how we | privacy notice | confidential | your rights | know your rights | used with permission
    with permission | under the open government | open government licence | statistics | estimates? | survey
    if you've been | if you were | acas | percentage | proportion | number of | consultation | helpline
    equality act explained
    """
)
