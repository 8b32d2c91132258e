"""Unsubstantiated claims: superlatives, absolutes, promises and proofs without a source (P6: honesty, objectivity;
P12).

A claim with a link or a named source passes, and so do wishes, advice and established descriptions policy names.
"""

from __future__ import annotations

from gateway.domain.check import Rule
from gateway.domain.rules.forms import either, find_forms, form, in_words, literal, phrases, rule_of
from gateway.domain.rules.lists import Lists

RULE = "unsubstantiated_claim"
ADVICE = "makes a claim without a source. Link the evidence, or say what is known: how many, when, compared with what."

BOAST = phrases(
    r"""
    (?:best|finest|greatest|smartest|cleverest|fastest|safest|strongest|happiest|friendliest|leading|number one|\
    no\.? ?1|top|foremost|most (?:\w{3,14}ly )?(?:trusted|accurate|reliable|respected|important|powerful|\
    advanced|trustworthy|influential|innovative|transparent|impartial|admired|loved|exciting|valuable|precise|\
    efficient|successful|authoritative|inclusive|honest|independent|rigorous|objective|sophisticated|dependable|\
    talented|brilliant|popular|comprehensive)) (?:[\w-]{3,14} ){0,2}?(?:statistics|statisticians|stats|data|\
    numbers|figures|office|institute|surveys?|census|estimates|analysts|team|service|website|site|app|tool|\
    methods|methodology|source|evidence|experts|economists|organi[sz]ation|body|agency|department|place to work|\
    employer|research|researchers|workforce|system|charts|support|programme|training|product|provider|producer|\
    people|staff|dashboard|civil service|interviewers|newsletter|podcast)
    """
)
OURSELVES = phrases(
    r"""
    we | we're | we've | our | ours | us | ons | this is | here is | here's | these are | you'll | you can | ever
    that's | nobody | produces? | home of
    """
)
# The superlative and the field of comparison together are the claim; the noun between may be anything.
EXTREME = phrases(
    r"""
    (?:best|finest|greatest|fastest|safest|cheapest|strongest|smartest|most \w{4,14}|leading|top|biggest|largest|\
    number one|no\.? ?1|#1|happiest|friendliest|fairest|cleanest|clearest|cleverest|\
    richest) (?:[\w-]{2,14} ){0,4}?(?:in (?:the (?:whole |entire |known )?(?:world|country|uk|universe|business|\
    land|galaxy|public sector|civil service)|europe|britain|government|whitehall)|on (?:the planet|earth|\
    the market)|anywhere|ever|of all time|bar none|by far|by a mile|money can buy)
    (?:no|never (?:find|see|read|get|use|need|have)(?: a| an)?|isn't a|there's no|there is no|there isn't a|\
    nothing|nowhere|no ?one|nobody)(?: \w{1,15}){0,4} (?:better|more \w{4,14}|finer|faster|safer|greater|smarter|\
    beats|comes close|compares|cheaper|fairer|friendlier)
    (?:the |as )?(?:friendliest|fastest|smartest|safest|happiest|cleverest|fairest|\
    greenest) (?:[\w-]{2,14} ){0,3}?(?:in|on|anywhere|around|of)
    (?:is|are|was|were|our|the) (?:\w{1,8} )?(?:perfect|flawless|faultless|infallible|unbeatable|incomparable|\
    legendary|iconic|the real deal|bang on|spot on every|beyond criticism|beyond reproach)
    world (?:leading|class|beating|renowned|famous|best)
    world's (?:best|finest|greatest|leading|most \w{4,14}|fastest|number one|first|favourite|top|only)
    best in (?:class|show in government|the business|britain|europe|the world|the country) | second to none
    unrivall?ed | unmatched | unbeatable | unparall?eled | unsurpassed | peerless | without equal | gold standard
    envy of (?:the|other|every|europe) | the only \w{3,14} you (?:can|will|need|should)
    the only (?:source|numbers|figures|place|statistics|data|people|organisation|website|one|\
    ones) (?:\w{1,15} ){0,3}(?:trust|need|matter|matters|right|reliable|count|believe|works?)
    like no other
    no other (?:\w{3,16} ){1,4}(?:comes? close|can|does|is|has|offers?|matches|compares?|produces?|gets)
    (?:nobody|no ?one|none) (?:else )?(?:does|do|comes?|can|could|knows?|has|is|offers?|understands?|produces?|\
    gets|beats|measures?|counts?|trusts?|believes?|disputes?|doubts?|questions?|cares?|wants?|works?|reads?|\
    uses?|ever|likes?|would|will) (?:\w{1,15} ){0,4}(?:better|close|more|our|us|it|this|that|you|wrong|numbers|\
    harder|faster|statistics|as \w{3,12} as|like (?:us|we|our))
    """
)
ABSOLUTE = phrases(
    r"""
    (?:website|site|app|system|service|survey|data|figures|numbers|team) never (?:goes? down|fails?|breaks?|lies?|\
    makes? a mistake)
    (?:nine|eight|seven|9|8|7) out of (?:ten|10) (?:users|people|readers|customers|visitors|analysts|of you) (?:love|\
    prefer|\
    trust|recommend|like|choose|agree)
    (?:everyone|everybody|every(?: \w{2,14}){1,5}|all (?:of )?(?:\w{3,14} )?(?:users|people|experts|economists|\
    businesses|families|households|britons|scientists|parents|customers|our users|employers|staff|journalists|\
    researchers|citizens|brits|academics)|the whole (?:country|world|nation)|people everywhere|\
    the (?:entire )?(?:public|nation|world|country)|millions(?: of \w{3,12})?|we all|absolutely everyone|\
    literally everyone|most people|nine out of ten|9 out of 10|\d{1,2} (?:in|\
    out of) (?:every )?\d{1,3}(?: \w{3,14}){0,2}|\d{2,3} ?(?:%|per cent|\
    percent) of (?:\w{3,14} ){0,3}) (?:(?:already|now|really|always|just|simply|absolutely|completely|totally|\
    fully|will) )?(?:trusts?|loves?|agrees?|believes?|relies|rely|knows? (?:that|we|our|it|us|the)|admires?|\
    adores?|prefers?|thinks?|respects?|envies|envy|depends? on|says? (?:that|we|our|it|so)|recommends?|accepts?|\
    uses? our|reads? our|wants? (?:to (?:work|be)|our|more)|benefits?|needs? our|understands? our|supports?|\
    is (?:better off|happier|talking about (?:us|our)|happy with)|are (?:better off|happier|happy with)|\
    will (?:benefit|love|agree|be better off|gain|profit)|looks? (?:up )?to us|can (?:trust|rely)|has confidence|\
    have confidence|feels? (?:safer|better|happier))
    (?:never|not once|not ever) (?:\w{1,10} )?(?:wrong|fail(?:s|ed)?|make mistakes|made a mistake|been wrong|\
    had an error|let (?:you|anyone) down|been beaten|lies?|lied|mislead|misleads|a mistake|inaccurate|biased)
    always (?:\w{1,10} )?(?:right|accurate|correct|reliable|works|wins?|true|get it right|the best|on time|\
    deliver|delivers|be right|been right|perfect)
    (?:numbers|data|statistics|figures|stats|evidence|facts|maths) (?:don't|do not|never|can't|cannot) lie
    zero (?:errors?|mistakes?|risk|bias)
    no (?:errors?|mistakes?|bias|doubt|risk|question) (?:at all|whatsoever|about it|in our|ever|that) | error free
    mistake free | flawless | infallible | faultless | foolproof | fool proof | bullet ?proof
    perfect(?:ly)? (?:data|statistics|accuracy|accurate|record|score|numbers|system|survey|safe|secure|reliable|\
    estimates?)
    (?:100|one hundred|hundred|110|1000) ?(?:%|per cent|percent) (?:\w{1,10} )?(?:accurate|reliable|safe|secure|\
    right|correct|trustworthy|of the time|guaranteed|true|certain|confidential|effective|independent|success|\
    trusted|satisfaction|satisfied|correct|coverage|proven|of (?:people|users|customers|our))
    (?:completely|totally|absolutely|entirely|always|utterly) (?:\w{1,10} )?(?:accurate|reliable|unbiased|\
    risk free|safe|secure|trustworthy|impartial and|correct|right|perfect|foolproof|unhackable|anonymous|\
    effective|true|error free|harmless)(?: statistics| data)?
    impossible to (?:hack|beat|fake|get wrong|fault|doubt|argue with)
    can't (?:go wrong|be (?:hacked|beaten|wrong|faulted|matched))
    cannot (?:go wrong|be (?:hacked|beaten|wrong|faulted|matched))
    can never be (?:wrong|hacked|beaten|faulted|identified)
    """
)
PROOF = phrases(
    r"""
    always (?:\w{1,9} )?(?:tells?|gives?|get|gets|has|have|delivers?|know|knows|produces?|spot|spots|\
    beats?) (?:\w{1,9} )?(?:the truth|it right|the answer|truth|the right|the facts|you the|results|more|best|\
    everyone)
    (?:will|would|can) (?:definitely|certainly|surely|undoubtedly|absolutely|always|guarantee|never fail)
    (?:make|makes|made|making) (?:\w{1,15} ){1,3}(?:stronger|happier|safer|fairer|richer|healthier|better off|\
    smarter|greener|great|greater)
    no argument | end of(?: story)? (?:fact|argument|debate) | period full stop | hands down | by a country mile
    beyond compare | a miracle | magic (?:bullet|solution|formula|wand) | (?:that's|it's|this is) a fact
    proves? (?:that|once|beyond|conclusively|what|it|we|how|our|without|you|to be)
    proven (?:to|that|fact|record|results|way|beyond|method|success|benefits)
    (?:has|have|been|is|are|was|were|scientifically|clinically|conclusively|statistically|now|\
    finally) (?:\w{1,15} )?prove[nd]
    proof (?:that|if|positive|enough|is in|of (?:our|how|the))
    (?:here's|there's|this is|that's|it's|is|living|absolute|final|hard|clear|undeniable|conclusive|\
    irrefutable) (?:\w{1,10} )?proof
    it's (?:been )?prove[nd] | is a proven | guarantee[sd]? | guaranteeing | surefire | sure fire | can't fail
    cannot fail | won't fail | always works | bound to (?:work|help|improve|make) | certain to
    no (?:more|longer any) (?:mistakes|errors|poverty|crime|guesswork|doubt)
    (?:thanks|down|due|owing) to (?:us|our \w{3,14}|ons)(?: \w{1,15}){0,3},? (?:\w{1,15} ){0,4}(?:is|are|has|\
    have|will|can|fell|rose|lives?|better|saved|now|falling|rising|improved)
    without (?:us|our \w{3,14}|ons),? (?:\w{1,15} ){0,4}(?:would|could|nobody|no ?one|britain|the country|economy)
    undeniabl[ey] | undisputed(?:ly)? | indisputabl[ey] | unquestionabl[ey] | undoubtedly | irrefutabl[ey]
    beyond (?:any |all |a )?(?:shadow of a )?(?:doubt|question|dispute)
    without (?:a |any )?(?:shadow of a )?doubt
    (?:there is|there's) no (?:doubt|question|denying|disputing|argument) | it's a fact (?:that)?
    it is a (?:well known |proven |known )?fact | well known (?:fact )?that | as everyone knows | everyone knows
    everybody knows | nobody can deny | no ?one can deny | make no mistake
    guaranteed? (?:to|results|success|you|that|accuracy|savings?|happiness|job|return|work|response|better)
    (?:we|i|it|this|that|you're|is|are|'s) guaranteed? | results guaranteed
    we (?:can )?promise (?:that |you |it |our )?(?:\w{1,10} ){0,4}(?:will|never|always|best|results|accurate|\
    safe|secure)
    money back guarantee
    (?:studies|scientists|experts|doctors|research|researchers|economists|science|academics|analysts|critics|\
    evidence|independent experts|history) (?:\w{3,12} )?(?:shows?|proves?|agree|agrees|say|says|confirms?|\
    all agree|is clear|has shown|have shown|have proven|has proven|have proved|has proved|knows?|tells us|\
    overwhelmingly \w+)
    the science is (?:settled|clear) | the evidence is (?:clear|overwhelming|undeniable|in) | the experts all
    """
)
EFFECT = phrases(
    r"""
    makes? (?:you|people|us|everyone) (?:two|three|four|five|ten|a hundred|\d{1,3}) times (?:as|more)
    (?:no|not one|not a single|never) (?:other )?(?:\w{3,14} ){1,3}(?:on earth|in the world|anywhere|in europe|\
    in britain|in the \
    country) (?:comes?|gets?|does|is|can|could) | (?:comes?|come) close to us
    (?:no ?one|nobody|not one person|not a single person) (?:\w{1,9} ){0,6}(?:has|have|will|would|\
    could) (?:ever )?(?:gone back|\
    go back|complain\w{0,4}|regret\w{0,4}|fill|make a mistake|get it wrong|be lonely)
    never once (?:\w{2,12} ){0,2}(?:wrong|failed|mistake|error|made|produced) | and (?:they |it |we )?never will
    (?:wiped out|ended|abolished|banished|eliminated|stamped out|put an end to) (?:\w{1,12} )?(?:mistakes|errors|\
    loneliness|\
    poverty|fraud|crime|debt|waste|delays?|illness|confusion) | once and for all
    (?:surest|quickest|only|best|easiest) way to (?:\w{1,9} )?(?:keep|beat|prevent|stop|avoid|cure|end|live|get rich|\
    stay)
    keeps? (?:\w{3,12} )?(?:at bay|away) | ninety[- ]?nine (?:out of|per cent)
    (?:happier|healthier|smarter|better|cleverer|kinder|safer|more \w{4,14}) than (?:any|every) other
    there (?:isn't|is not|'s not) an? (?:\w{3,12} )(?:in (?:britain|the country|wales|england|the world)) (?:that|\
    who) (?:doesn't|\
    does not|isn't)
    makes? (?:you|people|us|everyone|children|families|workers|staff|women|men|kids|\
    your \w{3,12}) (?:\w{1,10} )?(?:happier|healthier|richer|wealthier|smarter|live longer|more \w{4,14}|better|\
    safer|poorer|thinner|fitter|ill|sick|lazy|less \w{4,14}|unhappy|cleverer|brighter|depressed|fat|younger|\
    succeed)
    (?:will|can|could|going to|to|and|that|which|has|have|'ll) (?:instantly |always |definitely |certainly |\
    surely |single handedly |completely |totally |easily |permanently )?(?:double|triple|treble|halve|quadruple|\
    cure|eliminate|eradicate|transform|revolutioni[sz]e|solve|guarantee|end|wipe out|banish|supercharge|\
    skyrocket|fix) (?:your|our|all|every|the|poverty|hunger|inequality|unemployment|inflation|crime|homelessness|\
    loneliness|britain|lives|productivity|everything|everyone's|wages|child poverty|climate change|society|\
    growth|cancer|fraud|it all|housing)
    (?:saved?|saves|saving|created?|creates|creating|boosted?|boosts|prevent(?:s|ed)?|changes?|changed|\
    transform(?:s|ed)?|rescu(?:es|ed)|protects?|delivered|adds?|added|generated|cut|cuts|slashed|\
    helped) (?:\w{1,15} ){0,2}(?:millions|billions|thousands|countless|hundreds of thousands|millions of pounds|\
    £\d[\d.,]{0,8} ?(?:m|bn|million|billion)?|lives|every life|the economy|the country|the nhs)
    cures? (?:\w{1,15} ){0,2}(?:cancer|stress|anxiety|depression|covid|colds?|loneliness|everything)
    causes? (?:cancer|autism|depression|crime|poverty|unemployment|obesity|heart disease|loneliness|anxiety|\
    divorce)
    (?:single handedly|entirely) (?:responsible|down to|because of|caused)
    (?:is|are|was|were) (?:all |entirely |solely |only |purely )(?:because of|down to|due to|thanks to) (?:our|\
    us|the|you)
    (?:twice|three times|four times|five times|ten times|10 times|10x|100 times|a hundred times|a thousand times|\
    \d{1,3} times) (?:as |more |better|faster|safer|cheaper|the )(?:\w{3,14} )?(?:than|as)? ?(?:any(?: other|one|\
    body|thing)?|other|before|our|the|private|rivals?|competitors?|everyone|ever|commercial)
    (?:better|faster|cheaper|safer|more (?:accurate|reliable|trustworthy|trusted|efficient|transparent|\
    effective)) than (?:any(?: other|one|body|thing| commercial| private)?|all(?: other| the)?|every|ever|\
    everyone|the rest|our (?:rivals|competitors)|the private sector|google|anyone else)
    beats? (?:every|any|all|everyone|the rest|them all|google|the private)(?: other)?
    (?:has|have) ever (?:found|made|spotted|caught|beaten|bettered|seen|doubted|questioned|complained) (?:a |an |\
    one |any )?(?:mistake|error|fault|better|problem|us|flaw|anything)?
    cures? \w{4,14} | never want to (?:leave|work|go|use|stop)
    (?:nothing|no problem|no question|no challenge|no data)(?: \w{1,15}){0,4} (?:can't|cannot|couldn't)
    changed the (?:course|world|country|face|way|history|lives|game|nation)
    (?:people|those|everyone|anyone|children|families|businesses|users|\
    workers) who (?:\w{1,15} ){1,6}(?:live longer|are happier|are healthier|earn more|do better|sleep better|\
    are richer|get promoted|are more successful|make better|succeed|always|never)
    most important (?:survey|data|numbers|statistics|thing|work|job|bulletin|study|question|tool|source|release|\
    website|publication|team|office)
    (?:will|can|could) (?:literally |really |actually |always )?(?:change your life|save your life|\
    make you (?:rich|richer|happy|happier|smarter|better|money)|prevent|stop (?:crime|poverty|fraud|inflation)|\
    fix (?:the|your)|boost your|transform|add years)
    (?:country|nation|britain|world|europe|government|public|wales)'?s? favourite
    (?:no|zero) (?:survey|country|office|organisation|agency|institute|statistics office|employer|website|team|\
    method) (?:in the world |in europe |else )?(?:comes|beats|does|is|has|can|matches|works|gets)
    (?:world|country|britain|europe|government) would (?:collapse|stop|fail|grind|be lost|fall apart) without
    game ?chang(?:er|ing) | revolutionary | groundbreaking | ground breaking | miracle | life changing
    once in a (?:lifetime|generation) | unprecedented success | huge success story | record breaking success
    runaway success | a triumph
    (?:we've|we have) (?:solved|ended|eliminated|eradicated|cured|perfected|cracked|revolutioni[sz]ed|transformed)
    you can trust (?:completely|absolutely|100%|every|us more|our numbers more) | trust us
    never been (?:better|safer|easier|more \w{4,14}) | everyone's favourite | nation's favourite
    britain's favourite
    best (?:\w{3,14} )?(?:statistics|stats|data|statisticians|office|survey|organisation|employer|place to work|\
    numbers|figures|team|website) (?:in|on|anywhere|ever|around|bar|by|out|there|of all)
    (?:we're|we are|ons is|our (?:\w{3,14} ){1,3}(?:is|are)) (?:simply |quite simply |still |now |officially |\
    by far |easily |clearly |always |without (?:a )?doubt )?(?:the (?:very )?(?:best|greatest|finest|\
    most \w{4,14}|leading|smartest|happiest|fastest|safest|envy|gold standard|number one|only ones?)|number one|\
    unbeatable|no\.? ?1|world leaders?|world leading|the leaders?|leaders in|perfect|flawless|better than|\
    more \w{4,14} than (?:any|all|every))
    """
)
SOURCED = phrases(
    r"""
    according to | source: | sources: | https?://\S+ | www\.\S+ | (?:ons|gov)\.(?:gov\.)?uk/?\S{0,60}
    [\w-]{2,40}\.(?:gov\.uk|ac\.uk|org\.uk|com|org|uk)/\S{1,80} | published (?:in|by|on) | journal | found that
    findings? from | evaluation by | audit(?:ed)? by | nao | ranked (?:by|in) | rated by | award(?:ed|s)? | won
    index 20\d\d | league table | survey of \d | based on (?:\d|a survey|responses|the) | sample of
    peer reviewed | report by | data from | study (?:by|in|from) | research (?:by|in|from|published)
    """
)
WISHES = phrases(
    r"""
    to prove it | (?:isn't|not|no) a guarantee | say no more | all about
    best (?:practice|wishes|way|ways|time|times|place to (?:start|begin|find)|of luck|before|known|guess|fit|\
    foot|placed|interests?|friend|match|contact|number to|paper|poster|chart|talk|dressed|poem|photo|question|\
    answer|if|viewed|suits?|value|estimates? of|available (?:estimates?|evidence|data)|endeavours|effort)
    all the best
    (?:our|your|my|their|do your|do our|try our|try your|its|at their|at its|at your|trying our) (?:very )?best
    the best (?:bit|part|thing|of both|use|way|time|outcome|possible|person|people for)
    what(?:'s| is| was) (?:the|your) (?:best|most) | which (?:is|was) (?:the|your) (?:best|most)
    how (?:do|can|does) | at best | best of | make the most | most recent | most up to date | most common(?:ly)?
    most likely | most popular (?:baby|names?|boys?|girls?) | most people live | no doubt you
    proof of (?:address|identity|age|id|postage|purchase|concept|work|residence|vaccination)
    future proof(?:ing)? | proof ?read\w{0,4} | water ?proof | burden of proof
    leading (?:edge|to|up|a|the (?:team|session|discussion|project|way on)) | is (?:it|this|that) (?:true|really)
    can we (?:prove|ever) | myth | one of the | some of the | among the | aim(?:s|ing)? to | hope(?:s|d)? to
    want(?:s|ing)? to (?:be|become) | working to(?:wards)? | striv(?:e|es|ing) | ambition | may help | might
    suggests? | suggesting | could help | designed to | no guarantee | not everyone | not everybody | not every
    does everyone | why (?:doesn't|don't) everyone | if everyone | when everyone | so (?:that )?everyone
    for everyone | help(?:s|ing)? everyone | fixed term guarantee | pay guarantee | guarantees? scheme
    can't guarantee | cannot guarantee | don't guarantee | doesn't guarantee | not guaranteed | guarantee credit
    guaranteed (?:interview|minimum|hours) | minimum guarantee | doesn't (?:mean|prove) | does not (?:mean|prove)
    don't prove | not prove | can't prove | never proves? | correlation
    does (?:\w{1,14} ){1,4}(?:make|cause|prove|help|cure|save)
    do (?:\w{1,14} ){1,4}(?:make|cause|prove|help|cure|save) | can (?:\w{1,14} ){1,4}make
    uk's largest independent producer | largest independent producer
    no (?:single )?(?:survey|estimate|statistic) is (?:ever )?(?:perfect|100) | nobody's perfect
    no ?one is perfect | not perfect | record (?:number|high|low)
    """
)


def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """With the established descriptions that policy names; they pass."""
    friends = either(SOURCED, WISHES, phrases(literal(lists.facts))) if lists.facts else either(SOURCED, WISHES)
    shapes = (EXTREME, ABSOLUTE, PROOF, EFFECT)
    claims = (form(BOAST, OURSELVES, unless=friends), *(form(one, unless=friends) for one in shapes))
    return (rule_of(RULE, ADVICE, find_forms(*claims), where=in_words),)
