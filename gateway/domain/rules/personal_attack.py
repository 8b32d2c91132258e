"""Personal attacks: insult or contempt with somebody it is aimed at, named, by role or addressed (P6; HO 3)."""

from __future__ import annotations

from gateway.domain.rules.forms import either, find_forms, form, in_words, phrases, rule_of
from gateway.domain.rules.people import NAMED, NAMED_OR_ROLE, SOMEBODY

RULE = "personal_attack"
ADVICE = "attacks a person. Answer the point with facts and a link, courteously, or leave it out."

STRONG = phrases(
    r"""
    pillocks? | gits? | twits? | twerps? | prats? | wazzocks? | eejits? | dunces? | dolts? | dullards? | nincompoops?
    simpletons? | blockheads? | dunderheads? | knuckleheads? | dipsticks? | numbskulls? | airheads? | wallies | mugs
    ratbags? | scumbags? | toerags? | swines? | scoundrels? | crooked | conman | conmen | con artists? | spivs?
    morons? | moronic | idiots? | idiotic | imbeciles? | cretins? | half ?wits? | dim ?wits? | numpt(?:y|ies)
    muppets? | plonkers? | buffoons? | clowns? | charlatans? | cowards? | cowardly | hypocrites? | hypocritical
    hypocrisy | liars? | lying (?:again|to|about|through|as usual|his|her|yet) | lied | dishonest | crooks?
    bullies | a bully | bullying | bigots? | bigoted | racist | sexist | misogynist | fascist | nazis? | scum
    vile | loathsome | slimy | sleazy | windbag | airhead | blowhard | gasbag | loudmouth | drama queen
    attention seek(?:er|ing) | know it all | know nothing
    nobody (?:likes|listens to|cares what|takes|asked|wants) | no ?one (?:likes|listens to|cares what|takes|asked)
    laughing stock | waste of (?:space|oxygen|time and money) | village idiot | fool | fools | foolish | thick
    dense | dim | clueless | ignorant | ignoramus | ignorance | pathetic | laughable | incompetent | incompetence
    deluded | delusional | unhinged | unfit | out of (?:his|her|their|your|its) depth
    (?:has|have|had|having|got) (?:absolutely )?no (?:idea|clue|shame|integrity|brain|brains|credibility|\
    business|grasp)
    haven't (?:a|the|got a) (?:clue|faintest|foggiest) | hasn't (?:a|the|got a) (?:clue|faintest|foggiest)
    doesn't (?:have a clue|know (?:what|his|her|the first|anything|a)|understand(?: (?:basic|what|the|how|a|\
    statistics|numbers|maths|data|even|percentages|averages))?|do (?:facts|homework|detail|numbers|maths)|\
    deserve|bother|get it|care about (?:facts|the truth|evidence|accuracy))
    don't (?:have a clue|know what you're|understand (?:basic|what|the first|how|statistics|maths|numbers)|get it)
    (?:hasn't|haven't|didn't|couldn't|can't|cannot|never|not) (?:even |actually |bothered to |bother to |\
    bothered |be bothered to |once |clearly )*(?:read|count|add up|do (?:basic |simple |the )?(?:maths|sums|\
    arithmetic|numbers|his|her|your|homework|research)|understand|understood|tell the (?:truth|difference)|\
    open(?:ed)? (?:it|the)|think|look(?:ed)? at|check(?:ed)?|subtract|spell|grasp|manage|organise|run a)
    wouldn't know (?:a|an|what|the) | couldn't (?:organise|run|count|find|care less|tell)
    go back to (?:school|bed|sleep|university|primary) | learn to (?:read|count|add|spell)
    needs (?:to )?(?:learn|a lesson in|lessons in|grow up|get a grip|a calculator|his head|her head|your head|\
    to wise up|glasses|help)
    grow up | get a (?:grip|life|clue) | do (?:your|his|her) (?:homework|research|job)
    should (?:be ashamed|know better|resign|be sacked|hang|apologise|stick to|try reading|learn|read (?:it|the|\
    before|our)|go back)
    ashamed of (?:yourself|himself|herself) | shame on | sack(?:ed)? (?:him|her) | resign
    make(?:s)? (?:it|things|stuff|numbers|figures) up | made (?:it|that|things|stuff) up
    talking (?:\w{1,10} )?(?:rubbish|nonsense|drivel|garbage|tosh|claptrap|twaddle|rot|guff|out of)
    spout(?:s|ed|ing)? | peddl(?:e|es|ed|ing) | rant(?:s|ed|ing)? | whin(?:e|es|ed|ing|ge|ger|geing|ging)
    moan(?:s|ed|ing|er) | bleat(?:s|ed|ing) | drivel | hogwash | claptrap | twaddle | balderdash | poppycock
    codswallop | gibberish | tripe | spin doctor | stooge | puppet | poodle | toady | parasite | grifters?
    grifting | hacks? | troll | trolls | sock puppet | nutter | nutcase | crackpot | crank | fantasist | fraudster
    snake oil | two faced | smug | arrogant | arrogance | pompous | patronising | self-?important | lazy | sloppy
    shoddy | spineless | gutless | nasty | odious | obnoxious | insufferable | childish | immature | hysterical
    bitter | jealous | petty | vain | greedy | corrupt | creepy | dreadful (?:man|woman|person)
    awful (?:man|woman|person) | horrible (?:man|woman|person) | ridiculous (?:man|woman|person|little)
    silly (?:man|woman|boy|girl|little|person|sod) | stupid | dumb | brainless | mindless | gormless | hapless
    useless | hopeless | worthless | talentless | not (?:very|too|the) (?:bright|clever|sharpest|brightest|smart)
    (?:is|are|was|were|'s|'re|such|what) (?:a |an |just a |just an |nothing but a |such a |such an |the |\
    another )?(?:complete |total |utter |absolute |real |proper |big |massive |bit of a |bit |national |walking |\
    tired old |sad old |bitter old |)(?:joke|disgrace|embarrassment|fraud|menace|liability|loser|fool|coward|\
    bully|phoney|failure|has been|nobody|dinosaur|nuisance|danger|shambles|twit|prat|berk|wally|wimp|snob|brat|\
    creep|pest|hack|dope|dunce|donkey|clown|mess|shame|disaster|nonentity|hypocrite|windbag)
    """
)
WEAK = phrases(
    r"""
    misunderst(?:ood|ands?|anding) | misread(?:s|ing)? | misquot(?:es?|ed|ing) | muddl(?:es?|ed|ing)
    confus(?:es|ing) | fails? to | failed to | couldn't find | can't find | can't tell
    less (?:suited|qualified|able|competent|fit|likely to know) | unsuited | unqualified | unfit | with a map
    anyone less | strikes again | ought to know better | knows? better | should know
    get(?:s|ting)? (?:his|her|their|your) (?:facts|numbers|sums|figures) | overpromoted | jumped up | puffed up
    talking about | lecture(?:s|d)? us
    fail(?:ed|ing)? (?:\w{1,9} )?(?:gcse|maths|school|basic|his|her|their|a level|exams?|to (?:read|understand|\
    grasp|check|notice|learn))
    would (?:\w{1,20} ){0,3}know about
    (?:does|did|has|can|will|do) (?:[\w.'-]{1,14} ){1,4}(?:ever|even|actually) | slept through
    asleep (?:during|through|in)
    more (?:insight|sense|brains?|intelligence|charm|credibility|knowledge|integrity|charisma) (?:than|in)
    famous for (?:being|getting|nothing) | known for (?:being wrong|getting)
    least (?:informed|qualified|competent|clever|interesting|likeable|trustworthy|talented|able|popular|honest)
    sharpest (?:tool|knife|pencil) | brightest (?:bulb|spark|star) | memory of a | attention span | brain of a
    iq of | goldfish | gnome | donkey | muppet | waste (?:your|my|our|any) time
    getting it (?:all )?wrong | get(?:s)? everything wrong | wrong | rubbish at | no good at | bad at
    hopeless at | terrible at | useless at | can do (?:better|basic)?
    must have (?:been|slept|missed|skipped|failed|forgotten|got) | hardly (?:the|an?)
    not exactly (?:the|an?|known) | another week of
    embarrass(?:ed|es|ing)? (?:himself|herself|themselves|yourself) | making a fool | made a fool | at it again
    here (?:he|she) goes | there (?:he|she) goes | tired old | has-been | never let(?:s)? (?:the )?facts
    facts (?:get|stand) in | never heard of (?:facts|evidence|maths) | allergic to | doesn't do | struggles? with
    struggle(?:d|s)? to (?:count|read|understand|add) | confused | muddled | dumb(?:er|est)
    stupid(?:er|est|ity)? | ignoran(?:t|ce) | joker | mansion | ivory tower | out of touch | smear | mock
    laugh at | laughed at | laughing at | pity | pitiful | sad | tragic | dire | woeful | abysmal | atrocious
    hideous | shocking | disappointing | let(?:s)? (?:us|everyone|the side) down | insult | insulting | offensive
    wally | twerp | nitwit | prat | plank | donut | doughnut | div | dozy | dopey | dippy | ditzy | scatterbrain
    dotty | batty | potty | loopy | loony | away with the fairies | thinks (?:he|she) (?:knows|is) | self-obsessed
    narcissist\w{0,3} | egomaniac | big headed | bigheaded
    full of (?:himself|herself|yourself|hot air|it|nonsense)
    talks? (?:rubbish|nonsense|drivel|through|tripe|out of) | mouthpiece | lackey | crony | yes man
    has no (?:business|right|place|friends) | bad as | as bad | worse than | the worst | weakest
    sorry for (?:anyone|whoever|those|his|her)
    couldn't (?:organise|run|count|find|add|blow|tell|spell|manage|be bothered|care)
    wouldn't (?:know|recognise|understand) | can't even | incapable | unable to | haircut | wig | comb over | ugly
    fat | bald | brains? | dynamite | sharpest | few sandwiches | not all there | lights are on | cuckoo | village
    lost the plot | off (?:his|her|their) (?:rocker|trolley|head) | should try | might try
    try (?:reading|checking|opening|thinking|using|learning)
    before (?:opening|shooting|running|embarrassing) (?:his|her|their|your) | opening (?:his|her|their) mouth
    mouth shut | shut up | zip it | pipe down | put a sock | lie from | lies from | lie by | nonsense from
    rubbish from | drivel from | mess from | takes? (?:\w{1,15} ){0,2}seriously | nobody | no ?one
    who (?:even )?(?:reads|cares|listens|asked)
    is (?:always |still |just |so |simply |completely |totally )?(?:wrong|bitter|jealous|lazy|slow|a pain|a bore|\
    hard work|hopeless|a nightmare|a nuisance|toxic|bonkers|past it|an idiot|obsessed|nasty|rude|mean|useless|\
    paid to|biased|a menace|no expert|no genius|no statistician)
    was (?:always|never) (?:\w{1,8} )?(?:any good|useless|lazy|trouble|bright|clever|wrong|a|the)
    never (?:\w{1,9} )?(?:right|understood|worked|could|did|bothered|liked|trusted) | can't be trusted
    not to be trusted | don't trust | never trust | don't listen to
    ignore (?:him|her|them|mr|mrs|ms|dr|prof\w{0,6}|this|what) | good riddance
    glad (?:to see the back|he's gone|she's gone) | see the back of | won't be missed | nobody will miss
    knows (?:nothing|nowt|zilch|little|sod all|bugger all|less) | expert in nothing | self appointed | self styled
    armchair | wannabe | second rate | third rate | tenth rate | two bit | so called | toxic | biased | prejudiced
    disloyal | traitor | treacherous | backstabb\w{2,4} | weasel | snake | rat | pig | cow | witch | dinosaur
    fossil | relic | puppet | silly | daft | ridiculous | absurd | nonsense | nonsensical | rubbish | garbage
    tosh | ludicrous | embarrassing | embarrassment | embarrasses? | embarrassed | shameful | disgrace
    disgraceful | joke | desperate | tired | typical(?:ly)? | yet again | yet another | once again | misleading
    clumsy | failed | failure | lies | lie | untrue | twist(?:s|ed|ing)? | cherry pick\w{0,4} | so called
    predictabl[ey] | cheap shot | bonkers | barmy | crazy | mad | insane | nuts | wrong again | always wrong
    gets? it wrong | got it (?:all |so |badly |completely |totally |hopelessly )?wrong | hopelessly wrong
    (?:bad|terrible|dreadful|awful|appalling|poor|worst) (?:journalism|journalist|economist|reporting|maths|\
    arithmetic|analysis|job|minister|speech|column|professor|statistician|expert|leader|manager|boss|director|mp|\
    councillor|idea of)
    worst (?:\w{3,12} )?(?:ever|in) | overpaid | overrated | failing | discredited | disgraced | nobody
    irrelevant | lightweight | past (?:it|his|her) | washed up
    stick to (?:the day job|cooking|football|acting|singing|knitting|what) | day job | keep up | try harder
    nice try | bless (?:him|her|his|you) | poor (?:old|little|dear) | dear oh dear | oh dear | facepalm
    eye ?roll | give (?:us|me) (?:a|strength) | time to (?:retire|go|resign|quit|step down) | retire already
    (?:he|she|they) (?:really |clearly |obviously )?should(?:n't)? | unlike (?:him|her|you) | unlike some | blah
    waffl(?:e|es|ing) | scaremongering | scaremonger | gaffe | blunders? | bungl(?:e|es|ed|ing) | clueless
    cringe\w? | cringeworthy | yawn | snore | boring | dull | bored of | tiresome | sick of | fed up with
    had enough of | can't stand | loves the sound of | big mouth | mouthing off | hot air | show off | ego
    egotist\w{0,4}
    """
)
LEVELLED = phrases(
    r"""
    (?:sharpest|brightest) (?:tool|knife|pencil|bulb|spark|star|button|crayon)
    (?:two|few|several) (?:sandwiches|bricks|cards) short
    you(?:'re| are| people| lot| really| clearly| obviously| must be)? (?:\w{1,10} ){0,3}(?:are |be |\
    an? )?(?:wrong and you know it|nonsense|ridiculous|silly|a joke|talking rubbish|a disgrace|embarrassing|\
    clueless|stupid|pathetic|a liar|lying|blind|deaf|a fool|an idiot|kidding|having a laugh|dreaming|deluded|\
    bore|bored us|boring|nobody|irrelevant)
    (?:nobody|no ?one) (?:asked|cares what|wants|believes|takes|likes|trusts) you(?:r)?
    (?:your|his|her|their) (?:\w{1,15} ){0,2}(?:ignorance|stupidity|arrogance|incompetence|lies|nonsense|rubbish|\
    drivel|pathetic \w+|silly \w+|ridiculous \w+|bias|laziness|ego|failings|failure|hypocrisy|tantrum|rant|\
    whining|mess|embarrassing \w+|usual \w+|tired \w+|nasty \w+|stupid \w+|childish \w+|dishonest \w+|fat \w+|\
    ugly \w+|small brain|tiny brain|excuse)
    (?:he|she|they|you) (?:can't|couldn't|cannot|can barely|could barely) (?:\w{1,9} ){0,3}(?:count|add|read|\
    spell|multiply|subtract|tell|do maths|do sums)
    (?:ugly|fat|bald|old|mad|silly|stupid|horrid|wretched|vile|nasty|ghastly|evil|ignorant|lazy|useless) (?:old |\
    little |fat |ugly )?(?:man|woman|cow|bat|hag|git|fool|goat|trout|toad|rat|pig|witch|snake|weasel|bloke|bag|\
    windbag|boy|girl|hack)
    """
)
QUIET = phrases(
    r"""
    call us | we can help | right or wrong | what went wrong | something (?:is|looks|went) wrong
    wrong (?:address|number|link|chart|map|date|person|way) | survey | sad news | sadly | sorry (?:for|to)
    condolences | tributes? | thank(?:s|ed)? | please | confused\? | confused by
    struggl(?:e|es|ing) to (?:pay|make|afford|find) | no such thing as | april fool\w? | circus | clown ?fish
    you're not (?:stupid|silly|alone) | don't feel (?:silly|stupid) | idiot proof | anti bullying
    bullying (?:at work|survey|statistics|week|prevention|policy|helpline) | report(?:ed)? (?:bullying|it)
    victims? | experienc(?:e|ed) | did you know | fool ?proof | thick (?:fog|snow|jumper|coat|paper)
    dense(?:ly)? (?:populated|area|housing|fog) | population | (?:silly|stupid) questions?
    feel(?:ing)? (?:silly|tired|stupid|bored|fed up|lazy|clueless) | (?:lazy|tired|bored)\? | mental health
    get help | we (?:got|had|made|were|are|have|know|apologi[sz]e) | our (?:own )?(?:mistake|error|fault|mess)
    sorry (?:about|for|if|that|you) | we're sorry | you can't (?:read|open|see|access|count on)
    can't (?:read|open|see|access|hear) (?:this|our|the|it|your)\?
    if you (?:can't|haven't|didn't|don't|couldn't|have no idea|'re|are)
    haven't (?:read|checked|looked|opened|completed|had) (?:\w{1,9} ){0,6}(?:yet|\?|here's)
    have you (?:read|checked)? | do you | are you | is your | learn to (?:count|read|code) (?:with|at|course)
    don't understand\? | didn't understand\? | check your (?:pay|code) | thick and thin | tripe (?:shop|dealers?)
    not the (?:only|same|whole)
    """
)

LABEL = phrases(
    r"""
    bitter | washed up | washed-up | bore | boring | liar | idiot | moron | fool | clown | coward | hypocrite
    fraud | disgrace | loser | joke of a | pathetic | useless | lazy | nasty | vile | arrogant | smug | ignorant
    clueless | deluded | embarrassing | laughable | spiteful | jealous | vain | rude | petty | creepy | toxic
    talentless | incompetent | untrustworthy | shameless | brainless
    """
)
WRITER = phrases(
    r"""
    (?:the )?(?:author|writer|presenter|person|man|woman|guy|bloke|interviewer|speaker|idiot|fool|genius|expert|\
    boffin|one|people) (?:of|who|behind|on|that) (?:that|this|the|wrote|writes|said|says|came|made|thinks|claims)
    whoever (?:wrote|said|made|came|thinks|thought|is|runs|did|drew|edited) | the man's | the woman's | this guy
    that guy | this fella | that fella | his lordship | her ladyship
    some (?:people|journalist|economist|professor|mp|expert|bloke|guy|genius)
    """
)

RULES = (
    rule_of(
        RULE,
        ADVICE,
        find_forms(
            form(STRONG, SOMEBODY, unless=QUIET),
            form(WEAK, NAMED_OR_ROLE, unless=QUIET),
            form(LABEL, NAMED, whole=True, unless=QUIET),
            form(WRITER, either(STRONG, WEAK), unless=QUIET),
            form(
                phrases("as usual | as ever | once again | yet again | yet another | another day"), NAMED, unless=QUIET
            ),
            form(LEVELLED, unless=QUIET),
        ),
        where=in_words,
    ),
)
