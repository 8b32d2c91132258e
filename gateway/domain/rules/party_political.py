"""Party politics: parties, their slogans, endorsements and attacks (P6: impartiality; Civil Service Code;
embargo.md 6).

A party is known by its name alone; a word that is also English (labour, reform, conservative, green) only where it acts
or is voted for as a party. The government of the day and its ministers count where they are praised or blamed.
"""

from __future__ import annotations

from gateway.domain.check import Rule
from gateway.domain.rules.forms import either, find_forms, form, in_words, literal, phrases, rule_of
from gateway.domain.rules.lists import Lists

RULE = "party_political"
ADVICE = "reads as party-political. Leave out parties, candidates, slogans and praise or blame of politicians."

PARTIES = phrases(
    r"""
    labour party
    labour('s)? (?:government|govt|mps?|manifesto|candidates?|voters?|conference|leadership|leaders?|\
    councillors?|supporters?|rally|victory|landslide|majority|front ?bench|activists?|donors?|pledges?|promises?|\
    lies|policy|policies|activist|rosette|win|wins|run)
    labour(?:ites?)? (?:are|is|has|have|will|would|can't|can|cannot|don't|did|does|lied|lie|promised|broke|\
    failed|gets it|got it|deserves?) (?:right|wrong|failing|failed|finally|ruining|wrecking|fixing|broken|\
    destroyed|delivered|delivering|saved|lying|to blame|the only|best|better|not|never|let|going|got|put|made|\
    left|in power|in charge|back|out)
    (?:new|old|under|thanks to|blame|blaming|back|backing|choose|support|supporting|trust|elect|join|beat|\
    kick out|get|unlike) labour(?!\s+(?:market|force|cost|supply|demand|disput|product|input|hours?|statist|law|\
    econom|intens|short))
    labour (?:hasn't|haven't|won't|isn't|aren't|couldn't|wouldn't|can't|doesn't|didn't) | tor(?:y|ies)
    conservative (?:party|government|govt|mps?|manifesto|candidates?|voters?|conference|council|councillors?|\
    leader|leadership|leader|policies|policy|associations?|victory|pledges?)
    the conservatives | conservatives | lib ?dems? | liberal democrats? | libdems? | the greens | green party
    greens (?:are|have|will|would|want) | green (?:mps?|candidates?|councillors?|voters?|manifesto) | reform uk
    reform (?:government|led|run|council|mayor)
    reform (?:party|mps?|voters?|councillors?|candidates?|supporters?|manifesto|rally|lot|bunch|leader) | farage's
    nigel farage | snp | scottish national(?:ist)? party | plaid cymru
    plaid (?:mps?|ms|candidates?|voters?|councillors?|government) | ukip | brexit party | dup | sinn f(?:é|e)in
    sdlp | ulster unionists? | uup | alliance party | alba party | tuv
    your party(?:'s)? (?:candidate|mps?|manifesto) | britain first | bnp | national front | english defence league
    edl | workers party | restore britain | advance uk | women's equality party | communist party
    socialist workers? party | momentum activists? | co-operative party | republican party | democratic party
    the republicans | the democrats | maga | corbyn(?:ista|ite)s? | blairites? | thatcherites? | brexiteers?
    brexiters? | remoaners? | remainers? | leavers and remainers | lefties | leftists? | loony left | hard left
    far left | far right | hard right
    right wing(?:ers?| nonsense| press| lies| media| policies| government| extremists?)
    left wing(?:ers?| nonsense| press| lies| media| policies| government) | trumpism
    woke (?:brigade|mob|nonsense|agenda|left|warriors?)
    """
)
LABOUR_ACTS = phrases(
    r"""
    Labour(?:'s)? (?:will|would|has|have|had|is|are|was|were|can|cannot|must|should|did|does|wants?|says?|said|\
    promised|promises|plans?|pledge|pledges|pledged|broke|lied|lies|failed|fails|deserves?|understands?|got|gets|\
    keeps?|left|ruined|wrecked|fixed|saved|delivers?|delivered|governments?|record on|spin|mess|budget|budgets|\
    tax|taxes|cuts?|again|out|in power|on Thursday|'s)
    Labour(?:'s)? (?:\w{3,14} ){0,2}(?:plans?|policy|policies|pledges?|record|manifesto|mess|tax(?:es)?|cuts|\
    promises?|failures?|lies|idea|ideas|budget)
    Reform (?:will|would|has|have|is|are|can|must|should|wants?|says?|said|promised?|gets?|got|deserves?|\
    understands?|keeps?|out|again)
    Reform(?:'s)? (?:plans?|policy|policies|pledges?|surge|lead|win|wins|lies|nonsense|numbers don't)
    (?:Vote|vote|voted|voting|Voting|VOTE|back|Back|support|Support|join|Join|trust|Trust) (?:for )?(?:Labour|\
    Reform|Green|Conservative|Tory|Plaid|Alliance|Alba|Lib ?Dem|LABOUR|REFORM|GREEN|CONSERVATIVE|TORY)
    (?:Labour|Tory|Reform|Green|Conservative|Plaid) (?:candidate|rosette|activists?|MPs?|AMs?|MSPs?|lot|voters?|\
    leaders?|ministers?|heartlands?|landslide|gains?|hold)
    (?:#|@)?(?:UKLabour|Conservatives|CCHQPress|LibDems|reformparty_uk|ReformUK|TheGreenParty|theSNP|Plaid_Cymru|\
    duponline|sinnfeinireland|allianceparty|SDLPlive|UKIP)
    """,
    exact=True,
)
LABOUR_STATISTICS = phrases(
    r"""
    labour (?:market|force|costs?|supply|demand|disputes?|productivity|inputs?|statistics|economics|shortages?|\
    organi[sz]ation|hours|mobility|inactivity|share|income)
    labour's share | the reform of | green party wall
    """
)
TAGS = phrases(
    r"""
    (?:vote|back|im(?:with|for|voting)|join|go|choose|never|proud(?:to)?)_?(?:labour|tory|tories|conservatives?|\
    libdems?|reform(?:uk)?|greens?|snp|plaid)\w{0,10}
    (?:tor(?:y|ies)|labour|reform|libdem|conservative|snp|starmer|sunak|farage|badenoch)(?:out|lies|liars|in|\
    for\w{1,10}|scum|cuts|mess|fail(?:s|ed)?|ge\d{2,4}|surge|win(?:s|ning)?|manifesto|britain)
    gtto | jc4pm | generalelectionnow | ge(?:19|24|28|29|2024|2029) | votelabour | votetory | changeuk
    labourgain | torygain
    """
)
SLOGANS = phrases(
    r"""
    (?:back|support|join|backing|supporting|behind) the (?:\w{1,12} )?(?:strikes?|strikers|picket|walkout|\
    protest|protesters|march|union|campaign (?:to|against)|petition|boycott)
    solidarity (?:with|to) | don't vote (?:for)? | do not vote for | never vote (?:for)?
    (?:vote|votes|voting|voted) (?:to|for anyone|for someone|for whoever|for those|for people|for parties|\
    for politicians|for mps|for a party|out) (?!in our)(?:\w{1,12} )?(?:cut|save|end|stop|keep|protect|who|that|\
    raise|change|scrap|fund|get|lower|leave|remain|kick|wreck|ruin|wants?)
    boycott | hard working families | squeezed middle | two tier \w{4,10} | deep state | the establishment
    mainstream media | (?:elite|elites) (?:don't|want|have) | class war | fat cats | levelling down | nanny state
    (?:tax|spending|benefit|welfare|budget|nhs) cuts (?:are|is|will|have|hurt|kill)(?: \w{3,10})?
    get brexit done | take(?:ing)? back control | stop the boats | for the many,? not the few | strong and stable
    long term economic plan | make (?:britain|america|england|wales|scotland) great again | build back better than
    britain deserves better | time for (?:a )?change at | it's time for a new government | broken britain
    reform will fix it | britain is broken | country before party | party before country | rejoin the eu
    reverse brexit
    brexit (?:was|is|has been) (?:a|an|the) (?:\w{1,15} )?(?:disaster|mistake|success|triumph|failure|\
    catastrophe|con|lie|betrayal)
    brexit (?:lies|lied|betrayal|bonus|benefits are|has ruined|ruined|wrecked)
    vote (?:leave|remain|out|yes to independence|no to independence|tactically|for change|them out|him out|\
    her out|this lot out|with me)
    (?:vote|voting|voted|votes) (?:for|against) (?:\w{1,15} ){0,3}(?:party|candidate|government|mps?|councillor|\
    independence|brexit|union|tax cuts|change|councillor|mayor|manifesto|opposition)
    yes to independence | indyref2 | scexit | free palestine | defund | abolish the (?:lords|monarchy|bbc)
    tax the rich | eat the rich | axe the tax
    (?:another )?(?:four|five|ten|10|5|4|\w{3,9}) (?:more )?years of (?:this|the|these|them|\w{3,12}) (?:lot|\
    government|shower|clowns|mob|party|misrule|chaos|tories|cuts)
    this lot (?:out|in|are|have|can't|couldn't|should|need|deserve|will)? | use your vote
    (?:your|my|our) vote (?:counts? against|for|on thursday) | make (?:them|him|her) pay at
    march (?:to|on) (?:westminster|parliament|downing street|london|the senedd|holyrood|cardiff bay|whitehall)
    demand(?:ing)? (?:lower|higher|fairer|an end|that (?:the|this)|justice|better pay|tax|action from)
    protest (?:against|outside|at|march) | demonstration against | rally (?:for|against|outside|behind)
    down with | power to the | smash the | resist the | save our nhs from | hands off our
    stop (?:the cuts|brexit|reform|farage|the tories|labour|the snp|starmer)
    (?:keep|kick|get|lock|shut) (?:reform|labour|the tories|the snp|plaid|the greens|the lib dems|tories|farage|\
    starmer|badenoch) (?:out|in|away|down)
    (?:standing|running|campaigning|canvassing|stood|ran|stands) (?:as|for) (?:a |an |\
    the )?(?:\w{3,14} )?(?:candidate|party|mp|mayor|council|councillor|election|parliament|greens?|labour|tories|\
    conservatives|lib dems?|reform|plaid|snp|independent)
    only (?:one|two) part(?:y|ies)
    (?:one|this|that|no other|the only|every other|their|which|whichever) party (?:will|can|has|is|that|cares|\
    who|to|protects|understands|deserves|stands|serious|would)
    (?:my|our) party | party (?:loyalty|faithful|line|political broadcast)
    (?:unemployment|inflation|growth|wages|poverty|crime|borrowing|taxes|prices|nhs|\
    migration) (?:\w{1,9} ){0,5}under (?:the )?(?:tories|labour|conservatives|last government|this government|\
    snp|coalition)
    general election now | call (?:a|an) (?:general )?election | bring on the (?:general )?election
    kick (?:\w{1,10} ){1,3}out of (?:office|power|government|downing street|no 10)
    (?:get|vote|kick|throw|turf|boot) (?:the tories|them|this lot|this government|the government|these clowns|\
    him|her) out
    out at the (?:ballot box|next election|polls) | send a message at the ballot
    your vote (?:can|will) (?:stop|end|change|save|remove) | at the ballot box | deserves? (?:your|our|my) votes?
    (?:win|lose|won|lost|winning) (?:my|our|your) vote | worth voting for | not worth voting
    (?:i|we|i'm|we're|i'll|we'll|i've|we've)(?: am| are| will| have| all| always| always be)? (?:vot(?:e|ed|\
    ing) for|back(?:ing)?|support(?:ing)?|endors(?:e|ing)|campaign(?:ing)? for|canvass(?:ed|ing)?(?: for)?|\
    leaflet(?:ed|ing)? for|proud to (?:back|support|endorse|vote)) (?:[\w'-]{1,15} ){0,4}(?:candidate|party|mps?|\
    manifesto|government|mayor|opposition|councillor|prime minister|leader|election|campaign|bid|union|strikers?|\
    petition)
    (?:good luck|congratulations|congrats|well done|best of luck|all the best) (?:to |\
    for )?(?:[\w'-]{1,15} ){0,5}(?:candidates?|campaign|the party|new prime minister|new mp|by-?election|\
    re-?election|leadership (?:bid|contest|race|election)|on (?:the|your|his|her) (?:election|landslide))
    best (?:candidate|party|prime minister|chancellor|mayor|mp) for
    wrong (?:candidate|party|prime minister|chancellor) for
    our (?:favourite|favorite) (?:party|candidate|politician|mp|minister) | sign (?:the|this|our) petition
    join (?:the|our|us on the|us at the) (?:picket|march against|protest|demo|rally|demonstration)
    solidarity with (?:the )?(?:strik|picket|protest)\w{0,6}
    (?:election|party|campaign) (?:manifesto )?(?:promise|pledge)s? (?:is|are|will|would|make|makes|looks?|\
    adds? up|don't|doesn't)
    manifesto (?:is|looks|makes|gets|has|would|will|doesn't|promises|pledge|pledges)
    (?:great|good|brilliant|terrible|awful|best|worst|love the|excellent|disastrous) manifesto
    (?:his|her|their|party|party's) manifesto
    no (?:confidence in the (?:government|pm|prime minister)|more austerity)
    austerity (?:kills|was|is|has|cuts have) | end austerity | tax and spend (?:left|party|government)
    magic money tree | champagne socialists? | tax dodging tories | vote for our (?:candidate|councillor|mp)
    party of (?:government|opposition|the working class|working people|business|law and order|low tax|family)
    the nasty party | party of (?:common sense|the people) | change the (?:government|prime minister)
    new government (?:is|will|can't|would|has) (?:\w{1,15} )?(?:better|worse|fix|ruin|great|saving|wrecking|\
    undoing)
    """
)
GOVERNMENT = phrases(
    r"""
    (?:the|this|our|a|any|uk|british|welsh|scottish|current|last|previous|present|coalition|tory|\
    new) (?:government|govt|gov|cabinet|opposition|regime|shambles of a government)(?:'s)?(?! (?:statistic|\
    analys|digital|actuar|legal|building|office|social research|operational|economic|service|department|art))
    (?:the )?(?:prime minister|pm|chancellor|home secretary|foreign secretary|health secretary|\
    education secretary|first minister|deputy first minister|deputy prime minister|shadow \w{3,12}|\
    leader of the opposition|business secretary|work and pensions secretary)(?:'s)?
    (?:government |cabinet |tory |labour |senior |junior |treasury )?ministers?(?:'s?)? | no\.? ?10
    downing street | westminster(?: politicians)? | politicians | mps | my mp | our (?:local )?mp
    whitehall bosses | senedd members | the lords
    """
)
VERDICT = phrases(
    r"""
    fail(?:ed|ing|s|ure|ures)? | wreck(?:ed|ing|s)? | ruin(?:ed|ing|s)? | betray(?:ed|ing|s|al)? | lied | lies
    lying | liars? | shambl(?:es|olic) | disasters? | disastrous | catastroph(?:e|ic) | hopeless
    incompeten(?:t|ce) | useless | (?:smash|nail|ace|own)(?:ed|s|ing)? it | credit | deserves? | clue | a tax on
    genius | clever | visionary | statesman(?:like)? | superstar | idol | swindle | con | conning | conned
    tricked | fooled | sums don't | numbers don't add | hasn't a | haven't a | fed up with | sick of | tired of
    enough of | had enough | bye bye | good riddance | good news that | bad news that | shame on | ashamed
    vindicated | right all along | wrong all along | u turn | humiliat\w{2,5} | thrash(?:ed|ing)?
    trounc(?:ed|ing) | demolish(?:ed|ing)? | destroyed | own goal | tax raid | tax grab | tax bombshell
    black hole | boom under | growth under | under (?:his|her|their) leadership | strong | competent | decent
    honest | trust | trusted | can be trusted | nightmare | mistakes? | terrible | awful | appalling | dreadful
    horrendous | pathetic | brilliant | fantastic | superb | wonderful | amazing | excellent job | great job
    doing (?:a )?(?:great|good|terrible|awful|bad|fine|brilliant|fantastic|appalling|lousy|cracking|wonderful)
    absolutely right | is right to | was right to | were right to | is wrong(?: to)? | was wrong(?: to)?
    are wrong(?: to)? | are right to | got it (?:right|wrong) | gets it (?:right|wrong)? | talking sense
    speaks? for (?:us|the people|ordinary) | saved | sav(?:es|ing) | thanks to | thank you | well done | proud of
    hats off | credit to | bravo | good on
    deserves? (?:praise|credit|better|our thanks|a pay|re-?election|to (?:lose|win|go|stay))
    should (?:resign|go|quit|be (?:sacked|ashamed|fired|thanked|applauded)|apologise|hang)
    must (?:resign|go|quit|apologise) | needs? to (?:resign|go|quit) | resign | sacked | out of touch
    broken (?:promise|pledge|manifesto)s? | (?:let down|failed|forgotten) by
    broke (?:its|their|his|her) promises? | u turns? | clueless | no idea | couldn't care less | don't care
    doesn't care | doesn't give | asleep at the wheel | nonsense | rubbish | ridiculous | absurd | stupid | cruel
    heartless | callous | shameful | disgrace(?:ful)? | embarrass(?:ing|ment) | corrupt | crooks? | sleaz[ey]
    cronyism | cronies | chumocracy | greedy | pathetic | laughable | cowardly | evil | spineless | reckless | mad
    insane | idiotic | hypocri(?:sy|tes?|tical) | dishonest | u turned | destroy(?:ed|ing|s)? | trash(?:ed|ing)?
    crippl(?:ed|ing) | gutted | squander(?:ed|ing)?
    wast(?:ed|ing) (?:our|your|taxpayers?'?|billions|millions|public) | punish(?:ed|ing) | attack on | war on
    stealing | let (?:\w{1,10} )?down | to blame | blame | fault | mess(?:ed)? | chaos | chaotic
    crash(?:ed|ing) the economy | tanked | vanity project | gimmicks? | power grab | stitch ups? | lost control
    weak | finally (?:listening|gets|doing|acting|delivering|admitted) | back(?:ing)? (?:the|our)
    we (?:fully |wholly |strongly )?(?:support|back|oppose|applaud|condemn|reject|endorse|welcome|love|hate)
    we (?:dis)?agree with | we're (?:with|against|behind)
    i (?:support|back|oppose|applaud|condemn|love|hate|agree with|disagree with)
    delivering for (?:you|britain|wales|scotland|the|working|families) | on your side | worst
    best (?:government|pm|chancellor|prime minister|home secretary|minister) | finest
    bold (?:leadership|plan|vision|reforms?) | strong leadership
    (?:great|right|good|perfect|sensible|excellent|inspired|foolish|terrible|awful|daft|bonkers|barmy|dreadful|\
    unfair|unjust|misguided|damaging|ill judged|bad|wrong|harmful) (?:plan|policy|policies|decision|budget|idea|\
    speech|call|move|choice|reform|reforms|cuts?|tax|law|bill|scheme|leader|record)
    hopelessly | doesn't understand | don't understand | (?:can't|cannot) be trusted | trustworthy
    only (?:\w{1,8} )?(?:they|he|she|one) can | cut(?:s|ting)? to the bone | love (?:the|this) | hate (?:the|this)
    unfit | clowns? | jokers? | hero(?:es)? | legend | game changer | transformed
    turning (?:the country|things|it|britain) around | on the right track
    """
)
VERDICT_FRIENDS = phrases(
    r"""
    budget day | government statistical | government analysis | (?:committee|question(?:s|ed)?|asked) our
    cabinet office | failure rate | lower house | save the date | thank you for having us | saved searches
    government (?:art|buildings|digital) | open government licence | thanks to (?:everyone|all|our|the team|you)
    with thanks | mess(?:y|age)
    """
)
OPPOSED = phrases(
    r"""
    shadow (?:\w{1,12} )?(?:chancellor|cabinet|ministers?|secretary|team)
    (?:the )?opposition(?: leaders?| benches| parties)?
    leader of the opposition | backbench(?:es|ers?)? | front ?bench(?:es|ers?)? | (?:her|his|their|that|your) party
    (?:tory|labour|lib dem|reform|green|plaid|snp) (?:mps?|voters?|leaders?|ministers?|councillors?|candidates?)
    """
)
JUDGED = phrases(
    r"""
    idiots? | fools? | can't (?:count|add|read|be trusted) | typical | clueless | hopeless | useless | liars? | lying
    lies | shambles | disgrace(?:ful)? | pathetic | incompetent | brilliant | superb | absolutely right | spot on
    is right | are right | is wrong | are wrong | has failed | have failed | failing | wrecked | ruined | saved
    deserves? | vote for | support | backing | must go | resign | corrupt | broken | out of touch | best hope
    """
)
LEADERS = """
    starmer | boris | badenoch | farage | ed davey | polanski | swinney | rhun ap iorwerth | eluned morgan
    rachel reeves | angela rayner | sunak | boris johnson | liz truss | truss | corbyn | andy burnham | sadiq khan
    streeting | jenrick | robert jenrick | braverman | priti patel | rees mogg | richard tice | lee anderson
    sultana | zarah sultana | ed miliband | yvette cooper | lammy | david lammy | shabana mahmood
    bridget phillipson | jeremy hunt | mel stride | sir keir | stephen flynn | sturgeon | salmond | humza yousaf
    kate forbes | drakeford | gething | michelle o'neill | arlene foster | gavin robinson | thatcher | tony blair
    gordon brown | david cameron | theresa may | michael gove | rory stewart | trump | donald trump | biden
    kamala harris | obama | macron | putin | netanyahu | jess phillips | diane abbott | dominic cummings
    zack polanski | carla denyer | liz saville roberts | mark drakeford | pat mcfadden | wes streeting
"""
LEADER_FRIENDS = phrases(
    "trump card | brown bear | mark of | rank | reeves and mortimer | cameron highlands | cooper car"
)
NEUTRAL = phrases(
    r"""
    visit(?:s|ed|ing)? | appoint(?:s|ed|ment) | letters? | committee | announce(?:s|d|ment)? | will deliver
    delivers | delivered | spoke | speaks | speech | statement | parliament | opens? | opened | born | baby
    names? | welcome[ds]? | meets? | met | hosted | joined | joins | minutes | evidence | budget day | census
    asked | asks | responded | response | cuts the ribbon | launched | launches | history | archive | portrait
    \d{4}s? | lecture | university | professor | dr | blog | podcast | statistician
    our (?:colleague|director|analyst|team)
    """
)
CAMPAIGN = phrases(
    r"""
    vote | votes | voting | voter | voters | elect | election | re-?elect | campaign | rally | manifesto
    leadership | for pm | for prime minister | for president | out | must go | resign | speech
    """
)


def rules_of(lists: Lists) -> tuple[Rule, ...]:
    """With the politicians that policy names beside those known here."""
    names = phrases(f"{LEADERS}\n{literal(lists.politicians)}")
    parties = [phrases(literal(lists.parties))] if lists.parties else []
    find = find_forms(
        form(PARTIES, unless=LABOUR_STATISTICS),
        form(LABOUR_ACTS, unless=LABOUR_STATISTICS),
        form(TAGS),
        form(SLOGANS),
        form(GOVERNMENT, VERDICT, unless=VERDICT_FRIENDS),
        form(OPPOSED, JUDGED, unless=VERDICT_FRIENDS),
        form(names, VERDICT, unless=LEADER_FRIENDS),
        form(names, unless=either(LEADER_FRIENDS, NEUTRAL)),
        form(names, CAMPAIGN, unless=LEADER_FRIENDS),
        *(form(pattern) for pattern in parties),
    )
    return (rule_of(RULE, ADVICE, find, where=in_words),)
