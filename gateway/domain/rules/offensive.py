"""Offensive language: swearing (masked too), slurs and contempt for groups (P6, P16: courtesy under the Code)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.domain.rules.forms import find_forms, form, in_words, phrases, rule_of
from gateway.domain.rules.reading import Span, words_of

RULE = "offensive"
ADVICE = "uses language that may offend. Say it in plain, courteous words, or leave it out."

MASK = r"*#@$!%_•·✱"
LEET = {"a": "4@", "e": "3", "i": "1!|", "l": "1|", "o": "0", "s": "5$", "u": "v", "t": "7"}
# Words that are rude in any spelling; the first letter stands, every other may be masked. A star ends in any letters.
RUDE = words_of(
    """
    arse* arsehole* arsed ass asses asshole* bastard* bellend* bitch* bollock* bollocks bugger* bullshit* cunt* crap
    crappy craptastic dickhead* dipshit* fanny fuck* goddamn* jackass* knobhead* motherfuck* nobhead* piss* pissed
    prick pricks shit* shite* dick dicks prat prats knob knobs tit bellends wanky crapola arsed slut* sod tosser*
    turd* twat* wank* whore* bloody wtf stfu ffs omfg lmfao milf gobshite* shag shagging tits feck* frig* minge
    bawbag* dogshit bullcrap horseshit ratarsed minger mingers
    """
)
SLURS = phrases(
    r"""
    nigg(?:er|a)s? | paki(?:s|e|es)? | coons? | wogs? | chinky? | chinkies | gooks? | kikes? | yids? | spics?
    pikeys? | pikies | gyppos? | gypos? | ragheads? | towelheads? | golliwogs? | half castes? | darkies
    fag(?:got)?s? | poofs? | poofters? | dykes | lezzers? | trann(?:y|ies) | shemales? | spaz | spazz | spastics?
    mongs? | mongoloids? | retard(?:s|ed)? | cripples | chavs? | chavvy | wetbacks? | krauts | frogs eat
    jocks and taffs | taff(?:y|ies) | sheep shaggers? | feminazis? | libtards? | remoaners? | gammons?
    snowflakes | karens
    """
)
CONTEMPT = phrases(
    r"""
    (?:of course|trust|leave it to|typical,? it was) (?:it was |it's |that's )?(?:a|the) (?:woman|women|girl|man|\
    bloke|foreigner|\
    immigrant|pensioner|teenager|blonde|scouser|brummie|northerner|southerner)
    typical (?:woman|women|man|men|female|male|bloke|girl|foreigners?|millennials?|boomers?|pensioners?|scousers?|\
    brummies?|northerners?)(?: driver)?
    (?:these|those|bloody|damn) (?:foreigners|immigrants|migrants|pensioners|travellers|gypsies|teenagers|\
    oldies) (?:\w{1,9} )?\
    (?:always|never|can't|don't|won't|just|all|keep|should|are)
    old (?:biddy|biddies|codgers?|gits?|fogeys?|crones?|hags?|farts?|duffers?) | coffin dodgers? | women drivers
    (?:utter|complete|total|absolute|proper|bloody|old|silly|stupid|such a|what a|a|you|these|those|only) fools?
    (?:dumb|stupid|daft|thick|crapp|idiotic|moronic)(?:est|er) | crybab(?:y|ies) | cry babies
    (?:gives?|give|gave|giving|given) (?:a|one|two) (?:toss|damn|monkey's|monkeys|stuff|hoot|flying \w{1,6}|\
    rat's \w{1,5}|fig)
    couldn't give | can do one | do one | the actual f | what the f | jesus christ | jesus wept
    for (?:christ|god|pete|f\w{0,3})'?s?'? ?sake | christ almighty | mad as (?:a )?(?:box|hatters?|a)
    box of frogs | (?:off (?:his|her|their) (?:head|rocker|trolley)) | blind and stupid | stupid | moron
    ugly people | fat people
    (?:lazy|stupid|dumb|thick|ugly|smelly|dirty|filthy|whining|whinging|whingeing|moaning|useless|pathetic|\
    greedy|ignorant|idle|feckless|scrounging|thieving|bitter|nasty|daft|silly|mad|crazy|loony|snotty|sad|\
    brainless|gormless|spoilt|entitled|precious|mouthy|pasty|inbred|backward|uneducated|uncivilised|\
    primitive) (?:\w{1,15} ){0,2}?(?:people|folk|crowd|lot|brigade|mob|students?|pensioners?|foreigners|\
    immigrants|migrants|benefits? \w+|claimants|public|northerners|southerners|scots|welsh|irish|women|men|girls|\
    boys|kids|teenagers|millennials|boomers|oldies|gits?|sods?|cows?|bats?|bags?|buggers?|idiots?|so and sos|\
    gammons?|lefties|tories|academics|journalists|trolls|critics|locals|peasants|commuters|drivers|cyclists|\
    customers|respondents|colleagues|civil servants|bureaucrats|pen pushers|jobsworths?)
    pen pushers? | jobsworths? | busybod(?:y|ies) | killjoys? | wazzocks? | pillocks? | prats? | berks? | twits?
    nincompoops? | airheads? | bozos? | dipsticks? | divs? | divvies | doughnuts like | knuckle draggers?
    pond life | low ?life(?:s)? | scum | trash like | losers? | nobod(?:y|ies) like | piffle | bilge | tommyrot
    arse about face | cobblers | bull ?crap | horse ?shit | pants \( | idiots? | shove it | shove off
    stick it (?:up|where) | (?:a bit|so|that's|dead|how) gay | gay(?:ness)? lol | trained monkeys?
    monkeys? (?:could|from|can) | village idiot | dunces? | dolts? | dullards? | blithering | brain ?less
    clown shoes | tree hugg\w{2,4} | arse\w{0,6} | hell with | the hell
    bleeding \w{4,10} (?:idiot|nuisance|useless) | eejits? | | idiotic | morons? | moronic | imbeciles? | cretins?
    dimwits? | halfwits? | nitwits? | dumbass(?:es)? | simpletons? | thickos? | numpt(?:y|ies) | muppets?
    plonkers? | scumbags? | vermin | nutters? | nutjobs? | lunatics? | loon(?:y|ies) | psychos? | schizos?
    basket case | mental case | nut cases? | weirdos | perverts? | sickos | scroungers? | spongers? | layabouts?
    dole dossers? | work shy | bone idle | lardy? arses? | fatt(?:y|ies) | fatsos? | bimbos? | bints?
    old biddies | old codgers? | old farts? | coffin dodgers | oldies can't | inbreds? | yobs | plebs? | peasants
    rednecks? | hicks | country bumpkins? | illegals | bunch of (?:clowns|losers|whingers|moaners|cowboys|fools)
    load of (?:rubbish|tosh|tripe|bull|cobblers|old cobblers|drivel|garbage|balls|bilge|horse manure|pants)
    pile of (?:rubbish|garbage|tosh|poo|manure) | what a load of | sad little (?:man|woman|people|lives) | shut up
    shut your (?:mouth|face|trap|gob|cakehole) | get stuffed | get lost | get a life | go to hell | sod off
    naff off | bog off | jog on | screw (?:you|them|that|this|up) | up yours | suck it(?: up)? | sucks | bite me
    kiss my | drop dead | go back to where | (?:wherever|where) (?:you|they) came from | man up | like a girl
    women drivers | a woman's place | hysterical wom[ae]n
    women (?:can't|cannot|don't) (?:count|do|understand|add)
    girls (?:can't|cannot|don't) (?:count|do|understand) | barmy | what the (?:hell|heck|f\w{0,3}) | bloody hell
    to hell with | who the hell | hell no | as hell | damn(?:ed|it|s)? | dammit | god damn(?:ed)? | effing
    eff off | a(?:rse|ss)?holes | gits? | old bats? | shut it | haters gonna | bellends? | gobby | tarts?
    harlots? | hussies | gash | spackers? | window lickers? | mouth breathers? | troglodytes? | neanderthals?
    subhuman | savages | heathens | infidels | heretics | commies | hippies | tree huggers | do gooders | crusties
    riff raff | great unwashed | oiks? | proles | white trash | trailer trash | bog trotters? | towel heads?
    limp wristed | nancy boys? | pansies | sissy | sissies | big girl'?s'? blouse | throws like a girl | old bags?
    old crones? | hags? | airheads? | dumb blondes? | blonde moment | senile | gaga | demented old
    past their sell by | on the spectrum lol | so ocd | a bit ocd | schizophrenic market | retards | cretinous
    mouthy | feral | vermin | too (?:thick|stupid|dumb|dim) to | thick as | dumb as
    stupid (?:people|public|question from|enough|man|woman|journos?|lot|fools?)
    you(?:'re| are| lot are| people are) (?:\w{1,15} )?(?:stupid|thick|dumb|pathetic|dim|ignorant|losers?|\
    disgusting)
    (?:only|even) (?:a )?(?:fools?|the stupid|stupid people) | dumb (?:people|public|question)s? | dimwitted
    brain ?dead | village idiots? | special needs kids | suicidal maniac | slitty eyed? | ching chong
    filthy (?:foreigners|animals|rich)
    (?:dirty|bloody|filthy|lazy|thieving|smelly|stupid) (?:foreigners|immigrants|migrants|gyps(?:y|ies)|\
    travellers|students|pensioners|northerners|southerners|scousers|scots|welsh|irish|poles|muslims|jews|women|\
    men|teenagers|scroungers)
    """
)
GROUP = phrases(
    r"""
    (?:old|older|young|young er|elderly|disabled|poor|working class|black|white|asian|gay|trans|fat|deaf|blind|\
    foreign|religious|posh|northern|southern|common) (?:people|folk|folks|men|women|workers|mums|mothers|lads|\
    girls|boys|drivers|ladies)
    women | men | girls | ladies | old dears | old folk | oldies | kids today | kids these days
    young people today | people on benefits | blokes | lads | mums | housewives | wives | blondes? | gingers?
    redheads? | pensioners | oaps? | grannies | your gran | your nan | grandmas | boomers | millennials | gen ?z
    students | teenagers | immigrants | migrants | foreigners | refugees | asylum seekers | travellers | gypsies
    muslims | jews | christians | catholics | hindus | sikhs | atheists | brummies | scousers | geordies
    cockneys | northerners | southerners | londoners
    the (?:welsh|scots|scottish|irish|english|french|germans|poles|americans|disabled|blind|deaf|poor|elderly|\
    unemployed|homeless|gays)
    welsh people | scots | irish people | poles | romanians | benefit claimants | the unemployed | the homeless
    single mothers | fat people | the public | taxpayers | civil servants | lefties | vegans | cyclists
    """
)
SNEER = phrases(
    r"""
    bless them | don't they | aren't they | innit | as (?:usual|always|ever) | moan(?:s|ing)?
    whin(?:e|es|ing|ge|ges|geing) | complain about everything | lol | haha\w{0,4} | apparently | 🙄
    (?:steal|take|nick|grab|hog|clog|flood|invad|sponging|leech|scroung)\w{0,4} (?:our|all|up|off|the)
    can't work | bless 'em | eh\?
    are (?:so |all |just |too |such |really |always |bloody )?(?:useless|hopeless|lazy|stupid|thick|dumb|rubbish|\
    idle|mad|moaners|whingers|clueless|dirty|smelly|cheap|stingy|tight|drunk|mean|greedy|thieves|liars|\
    bad drivers|bad at|terrible at|rubbish at|awful at|a drain|a burden|scroungers|slow|past it|a joke|\
    a nightmare|dim|ignorant|the problem|to blame|invading|flooding|not normal|weird|hysterical|emotional|bossy)
    should (?:stay|go (?:back|home)|get back|be (?:grateful|seen|banned|deported|locked)|stick to|\
    know their place|smile more|shut|stop (?:moaning|whining|whingeing|complaining))
    belong in
    (?:don't|can't|cannot|couldn't) (?:\w{1,8} )?(?:get|do|understand|handle|cope with|count|drive|use|add|park|\
    read|work|speak|think|grasp|be trusted|be bothered|manage|keep up) (?:\w{1,8} )?(?:maths|numbers|\
    the internet|computers?|technology|statistics|a mouse|spreadsheets?|percentages|english|charts?|straight|\
    properly|science|up|with|sums|hard)
    too (?:old|thick|stupid|lazy|emotional|busy (?:shopping|gossiping|moaning)|dim|fat|poor|slow|drunk) to
    coming over here | taking our | stealing our | send them | go home | luckily our | typical | stereotyp
    only good for | back in the kitchen | in the kitchen | gossip | nag(?:ging)? | pms | time of the month
    """
)
GROUP_FRIENDS = phrases(
    r"""
    stereotypes? (?:about|of|are)|challeng(?:e|ing) | barriers? | survey | estimates? | statistics | women in
    men in | healthy | how many | support for | support | help | inequalit(?:y|ies) | myths? | more likely
    less likely
    """
)
FRIENDS = phrases(
    r"""
    no such thing as a (?:stupid|silly|dumb) | idiot proof | bloody sunday | bloody mary | shut up shop
    offa's dyke | dick turpin | moby dick | sh(?:i|ee)tal | scunthorpe | pleb(?:iscite)s?
    get lost (?:in|on|along) | bodily fluids | slag heaps? | chink in | blast furnace slag | steel slag
    (?:bob|sue)'s your | beeston | sod turning | turf and sod | vermin control | pest control | peasants' revolt
    prick(?:ed)? (?:test|your ears)
    """
)
NAMES_TOO = words_of("Dick Prick Fanny Fagan Prat Tit Knob Crapper Arse Ass")
PLAIN_FRIENDS = words_of("assess asset assets assist fannie friggle sodium pissarro arsenal arsenic cocktail")
ENDINGS = r"(?:s|z|ed|er|ers|[i*][n*]g|in|y|ty|heads?|wits?|load|show|off|up|e)?"
LETTERS = re.compile(rf"(?<![\w@#/.])#?(?=[A-Za-z])[\w{re.escape(MASK)}'|-]{{2,24}}")
SPACED = re.compile(
    r"(?<!\w)(?:f[ ._-]u[ ._-]?c[ ._-]?k|s[ ._-]h[ ._-]i[ ._-]t|c[ ._-]u[ ._-]n[ ._-]t|t[ ._-]w[ ._-]a[ ._-]t"
    r"|w[ ._-]a[ ._-]n[ ._-]k|c[ ._-]r[ ._-]a[ ._-]p)(?!\w)",
    re.IGNORECASE,
)


def _masked(word: str) -> str:
    """A word's letters, each but the first also as a mask or a look-alike digit."""
    stem = word.rstrip("*")
    rest = "".join(f"[{letter}{re.escape(LEET.get(letter, ''))}{re.escape(MASK)}-]" for letter in stem[1:])
    return stem[0] + rest + (ENDINGS if "*" in word else "")


_RUDE = re.compile("|".join(_masked(word) for word in sorted(RUDE, key=len, reverse=True)), re.IGNORECASE)
_OTHERWISE = re.compile(r"(?:ph|f)[uvo*]c?k(?:s|ed|er|ing|in)?|[a-z]\*{2,12}[a-z]{0,4}", re.IGNORECASE)
DRAWN_OUT = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)


def find_swearing(text: str) -> Iterator[Span]:
    """Rude words, plain, masked with stars, written with digits or spaced out; at least one true letter besides."""
    for match in LETTERS.finditer(text):
        start = match.start() + (match[0][0] == "#")
        word = match[0].lstrip("#").rstrip("!'-_")
        plain = DRAWN_OUT.sub(r"\1", word)
        if (_RUDE.fullmatch(plain) or _OTHERWISE.fullmatch(plain)) and _is_word(word):
            yield start, start + len(word)
    yield from (match.span() for match in SPACED.finditer(text))


def _is_word(word: str) -> bool:
    """Not a code, a number or an ordinary word: "a-" and "s4" hide nothing."""
    if word.lower() in PLAIN_FRIENDS or word in NAMES_TOO:
        return False
    letters = sum(character.isalpha() for character in word)
    return letters >= 2 or (len(word) >= 3 and "*" in word)


swearing = rule_of(RULE, ADVICE, find_swearing, where=in_words)
contempt = rule_of(
    RULE,
    ADVICE,
    find_forms(form(SLURS, unless=FRIENDS), form(CONTEMPT, unless=FRIENDS), form(GROUP, SNEER, unless=GROUP_FRIENDS)),
    where=in_words,
)

RULES = (swearing, contempt)
