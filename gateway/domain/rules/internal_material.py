"""Internal material: nothing of our own chats, e-mails, drafts, screens, passes or rooms (P19, P21)."""

from __future__ import annotations

from gateway.domain.rules.forms import find_forms, form, in_words, phrases, rule_of

RULE = "internal_material"
ADVICE = "shows or quotes internal material. Leave it out, or have its owner publish it first; crop passes and screens."

INTERNAL = phrases(
    r"""
    minutes (?:of|from) (?:yesterday's|today's|monday's|tuesday's|wednesday's|thursday's|friday's|last week's|\
    this week's) \
    (?:\w{1,12} ){0,3}(?:meeting|committee|board|panel|call)
    (?:on|in|by|from) the (?:office )?(?:printer|photocopier|whiteboard|shared drive)(?=[:,.]| the| our| this)
    internal(?: \w{3,14})? (?:emails?|e-mails?|memos?|memo|messages?|chats?|chat|conversations?|documents?|docs?|\
    slides?|slide ?decks?|decks?|briefings?|notes?|minutes|spreadsheets?|dashboards?|drafts?|channels?|\
    presentations?|wiki|newsletters?|bulletins?|photos?|pictures?|pics?|plans?|planning|papers?|calls?|meetings?|\
    threads?|tickets?|logs?|posts?|screenshots?|instructions?|guidance|lists?|rotas?|directory|phone ?book|\
    org charts?|figures|numbers|files?|folder|inbox|calendar|screens?|video|recordings?|announcement|systems?|\
    tools?|site|pages?|policy|strategy|forecast|risk register|hr)
    internal only | internal use(?: only)? | for internal | intranet | internal comms | strictly internal
    (?:all|whole)[ -]?(?:staff|hands|office|department|company|team) (?:emails?|e-mails?|calls?|messages?|\
    meetings?|briefings?|memos?|town hall|notes?|updates?|away day notes)
    staff (?:emails?|memos?|briefings?|bulletin|intranet|survey results|handbook|directory|rota|newsletter|only|\
    whatsapp|chat)
    management (?:meeting|minutes|board minutes|team minutes|memo|email)
    (?:teams|slack|whatsapp|signal|zoom|webex|skype|discord|trello|jira|sharepoint|confluence|outlook|\
    chat) (?:chats?|messages?|channels?|threads?|conversations?|group|groups|groupchat|board|page|ticket|dm|dms|\
    inbox|folder|site|posts?|recording|transcript)
    group chats?
    (?:our|my|the) (?:work |team |office )?(?:inbox|outlook calendar|whatsapp group|slack|sharepoint|jira|trello)
    email (?:chain|thread|trail|exchange)s? | leaked | leaking | a leak from
    not for (?:sharing|public|publication|circulation|release|external|wider|onward|distribution|anyone outside)
    not (?:yet )?(?:public|for the public|meant to share|supposed to (?:share|post|show|be sharing|be posting)|\
    allowed to (?:share|post))
    shouldn't (?:really )?(?:share|post|be sharing|be posting|show|be showing|tell you)|don't (?:share|forward|\
    circulate|tell anyone|tell the press|pass) (?:this|it|outside|on|around|further)
    do not (?:share|forward|circulate|distribute|publish|quote|copy)
    keep (?:this|it) (?:between|to yourselves|under your hat|quiet|internal) | between (?:us|ourselves|you and me)
    hush hush | off the books | for your eyes only | eyes only | before it(?:'s| is) announced
    before (?:the )?(?:official )?announcement | not (?:been )?announced yet | hasn't been announced | unannounced
    """
)
FROM_INSIDE = phrases(
    r"""
    (?:not yet|yet to be) shared with (?:staff|anyone|the teams?|unions?) | draft (?:restructuring|restructure|\
    reorganisation) (?:paper|plan)
    (?:going|goes) to the (?:board|executive|exec) (?:committee )?(?:next|on|this) | exec committee
    (?:minutes|notes|papers?|agenda|email|memo|slides|a private paper) (?:\w{1,12} ){0,4}(?:of|from|for|\
    by) (?:\w{1,12} )?(?:last \
    \w{3,9}'s )?(?:the )?(?:executive|audit|management|senior|leadership|remuneration|\
    directors'?) (?:\w{1,12} )?(?:committee|team|\
    meeting|board|group)
    (?:told|tells|telling|briefed|wrote to|emailed) (?:\w{1,9} ){0,2}(?:managers|staff|teams?|us all|\
    everyone) (?:in confidence|\
    privately|yesterday|this morning|on the quiet)
    (?:not|n't|yet to be) been announced | hearing it here first | before (?:hr|legal|comms|the board) (?:tidied|saw|\
    cleared|\
    approved|signed) | so be discreet
    (?:draft|copy|version) of (?:our|the|a) (?:\w{1,12} ){0,4}(?:unsigned|unpublished|unannounced|unreleased|\
    confidential)
    (?:found|saw|spotted) (?:this|these) (?:in|on) (?:the|our|a) (?:shared|team|office|boss's|director's) (?:folder|\
    drive|printer|\
    desk|screen)
    (?:in|from) the staff survey (?:free text|comments) | free text (?:box|comments) (?:\w{1,9} ){0,3}(?:said|about)
    ministers? (?:will|were|was|are|is|has|have|'ll) (?:\w{1,9} )?(?:be )?(?:told|briefed|warned|advised|shown|\
    seeing|seen)
    what (?:we|the office|officials|ministers)(?:'re| are| will|'ll|'ve)? (?:\w{1,9} )?(?:telling|tell|told|\
    advising|be told|being told)
    (?:this|a|the) (?:whatsapp|slack|email|memo|message|note|dm|text|voicemail) from
    (?:payroll|hr|finance|case ?work|case management|admin|survey|respondent|staff|intranet|email|system|\
    database|test) (?:\w{1,9} )?screens?
    draft (?:chapter|section|page|version|copy|agenda|list|plan|plans|budget|contract|code|article|blog|tweet|\
    table|tables|results|findings|numbers|figures|answers?|reply|response|letter|note|advice)
    hot off the printer | fresh off the printer | options paper | discussion paper (?:not|before|for internal)
    working paper (?:not|before) | found (?:this|it) on the (?:printer|shared drive|server|photocopier)
    left on the (?:printer|photocopier) | shared drive | off the record
    (?:emails?|e-mails?|memos?|note|message|dm|letter|slide|text) (?:just )?(?:in )?from (?:the|our|my) (?:boss|\
    director|manager|chief|dg|director general|permanent secretary|perm sec|national statistician|\
    deputy director|hr|head of \w{2,14}|head|leadership|management|ceo|chair|it|comms|line manager|minister|\
    ministers?'? office|private office|team lead|grade \d)
    (?:boss|director|manager|dg|permanent secretary|perm sec|chief executive|line manager|hr|minister|\
    private office|leadership|management) (?:just |has |have )?(?:emailed|messaged|told (?:us|staff|everyone|\
    the team)|wrote to (?:us|staff|everyone|all)|said (?:in|on|at) (?:the|our|a|today's|yesterday's) (?:meeting|\
    call|stand ?up|email|away day|all hands)|sent (?:us|round|around|everyone|all))
    (?:here's|here is|this is|heres|look at|see|attached|sharing|posting|forwarding|copy of|extract from|\
    excerpt from|quote from|snippet (?:of|from)|snap of|photo of|pic of|picture of|screenshot of|screen ?grab of|\
    screen ?cap of|scan of|leak of|peek at|look at|glimpse of|preview of|page from|pages from|shot of|\
    close up of|transcript of|recording of|copies of|summary of) (?:\w{1,15} ){0,3}?(?:the|our|my|a|an|this|\
    today's|yesterday's|last week's|next year's|that|his|her|some) (?:[\w'-]{1,14} ){0,4}?(?:internal|draft|\
    board|leadership|management|director'?s?|minister'?s?|ministerial|restructure|redundancy|budget planning|\
    senior|confidential|unpublished|hr|steering group|programme board|executive|away day|committee|submission|\
    risk register|project plan|business case|procurement|contract|tender|salary|pay|staffing|seating plan|\
    floor plan|rota|org chart|organogram|emails?|inbox|memo|minutes|whiteboard|teams|slack|chat|conversation|\
    stand ?up|spreadsheet|dashboard|intranet|password|desk|monitors?|screens?|laptop)
    (?:draft|unpublished|early|confidential|first cut of the|working|rough) (?:of (?:the|our|a|tomorrow's|\
    next week's) )?(?:[\w'-]{1,14} ){0,2}?(?:emails?|e-mails?|memo|speech|minutes|submission|ministerial|\
    press (?:release|notice|lines?|statement)|briefing|lines to take|statement|business case|restructure|\
    job cuts|budget|policy paper|white paper|announcement|strategy|bulletin|report|article|contract|letter|q&a|\
    slides?|deck|script|agenda|board paper|plans?)
    (?:board|management|committee|leadership|executive|directors'?|steering group|team|planning|cabinet|\
    departmental|project|programme|smt|slt|senior) (?:meeting |board |team |committee )?(?:minutes|papers?|pack|\
    meeting notes|action log|agenda|decisions?) (?:\w{1,10} ){0,2}(?:show|say|says|from|reveal|reveals|attached|\
    here|below|out|leaked|of|:)?
    (?:board|exec|executive|smt|slt|committee|ministerial|cabinet|programme|project) (?:pack|paper|papers|deck|\
    slides|away day|minutes|agenda|briefing)
    restructure | reorgani[sz]ation plans? | to all staff | told (?:all )?staff
    (?:all|to) (?:the )?staff(?: email| memo| note| today|:) | all hands | town hall (?:meeting|today|this|slides)
    stand ?up (?:this|today|board|notes) | management board
    leadership team (?:have|has|are|is|meeting|met|told|decided|plans?|want)
    away day (?:notes|slides|flip|whiteboard|outputs) | private (?:briefing|meeting|office|secretary)
    closed door | behind closed doors | behind the scenes (?:emails?|chat|memo|row|discussions)
    straight from the | hot off the (?:internal|board|director) | planning board
    our (?:backlog|sprint|roadmap|okrs|kpis|targets for next)
    (?:yet|due) to be (?:announced|signed off|cleared|published|approved)(?: by)?
    before (?:sign ?off|it's signed off|clearance|it goes to (?:ministers|the minister|the board))
    not (?:yet )?(?:signed off|cleared|approved|finalised|published|launched) (?:yet)? | awaiting sign ?off
    minutes (?:from|of) (?:\w{1,15} ){0,4}(?:board|meeting|committee|group|session|call) | project name
    codenam(?:e|ed) | code name
    confidential(?:ly)? (?:briefing|report|document|memo|paper|email|plan|list|meeting|discussion|draft)
    forward(?:ed|ing)(?: this| it)?(?: on)? (?:from|email|by) | fwd: | (?:re|fw): \w+
    (?:salary|pay|bonus|performance|appraisal) (?:list|spreadsheet|review (?:scores|results)|scores|marks|\
    ratings|table)
    staff survey (?:results|comments|scores) | exit interview | (?:resignation|redundancy|dismissal) letter
    snap from (?:the|our) office system
    from our (?:hr|finance|internal|staff|case|booking|project|it) (?:\w{1,9} )?(?:system|portal|inbox|drive|\
    folder|tool|chat|records?|channel)
    (?:heard|overheard|word|gossip|rumour|rumours|whispers?) (?:\w{1,6} )?(?:in|at|on|from|around|\
    by) (?:\w{1,6} )?(?:canteen|office|meeting|lift|kitchen|floor|corridor|water cooler|coffee machine|tea point|\
    inside|leadership|reception|hq)
    (?:just )?(?:left|out of|in|from|sat in|sitting in|back from) (?:a|the|our|an|\
    today's) (?:\w{1,15} ){0,2}(?:leadership|board|management|directors?'?|budget|restructure|planning|secret|\
    private|closed|senior|crisis|strategy|steering|programme|executive) (?:\w{1,15} )?(?:meeting|call|session|\
    briefing|away day)
    (?:next week's|tomorrow's|thursday's|next month's|unpublished|unreleased|wednesday's|tuesday's|friday's|\
    monday's) (?:\w{1,15} )?(?:bulletin|release|figures|workbook|spreadsheet|charts?|data|publication|numbers|\
    report) (?:\w{1,9} ){0,3}(?:on (?:both|the|my|our|his|her|a|all) (?:\w{1,9} )?(?:screens?|monitors?|laptop|\
    desk|wall|whiteboard)|open on)
    secure (?:\w{1,9} )?(?:lab|room|area|zone|facility|floor|enclave) | data lab | not supposed to
    shouldn't be (?:telling|saying|sharing|showing|posting)
    don't tell (?:the|my|our|anyone|anybody) (?:boss|director|comms|press office|manager|management|bosses)?
    our (?:\w{1,9} )?(?:chief|director|boss|dg|manager|ceo|perm sec|head|leadership|\
    executives?)(?:'s)? (?:\w{1,9} ){0,3}(?:sent|emailed|wrote|messaged|told us|told staff|said in|memo)
    the internal (?:review|report|audit|investigation|survey) (?:says|said|shows|found|concludes|warns|reveals|\
    calls|was)
    page \d{1,3} (?:attached|below|of the)|what (?:they|the bosses|management|directors) (?:aren't|don't|\
    won't) (?:telling|want|tell|show)
    lines to take | defensive lines | q&a brief(?:ing)? | handling plan | comms (?:grid|plan|handling)(?: for)?
    the grid for next | risk register
    redundanc(?:y|ies) (?:plans?|list|letters?|announced to staff|are coming|round)
    (?:job|staff|office) (?:cuts|closures?|losses) (?:\w{1,10} ){0,3}(?:planned|coming|tomorrow|next|\
    not announced|discussed|being)
    restructure (?:plans?|proposals?|chart|announced to staff|is coming)
    ministerial (?:submission|briefing|advice|box|red box) | advice to ministers
    submission to (?:the )?(?:minister|ministers|secretary of state|sos) | private office
    (?:was|were) (?:just )?told (?:in|at|on) (?:\w{1,15} )?(?:today's|this morning's|yesterday's|a|our|\
    the) (?:\w{1,15} )?(?:meeting|call|stand ?up|away day|town hall|all hands|briefing)
    overheard (?:in|at|on|by) (?:\w{1,15} )?(?:office|canteen|meeting|lift|kitchen|floor|corridor|board ?room|\
    reception|our|work)
    in (?:today's|this morning's|yesterday's) (?:\w{1,15} )?(?:internal|board|management|leadership|team|staff|\
    planning) (?:meeting|call|briefing)
    """
)
PASSES = phrases(
    r"""
    (?:my|his|her|our|their|new|shiny|staff|security|building|work|employee|office|entry|company|ons|government|\
    civil service|access|contractor|colleague's|someone's|swipe|door|parliamentary|warrant) (?:(?:new|first|\
    official|shiny|staff|id|security|work|office|building|photo|ons|access|entry|civil service|old|temporary|\
    permanent|identity|swipe) ){0,3}(?:pass|passes|badge|badges|lanyard and pass|id card|id cards|id|\
    id pass number|swipe card|access card|key ?card|key ?fob|identity card|warrant card|pass card)
    (?:badge|pass|passes|lanyard|id card|id|laptop|device|asset|warrant card|card|router|server|\
    phone)(?: with)?(?: (?:a|the|its|my|his|her|their|visible|clear|clearly|full|readable|legible|\
    asset)){0,3} (?:serial|asset|barcode|bar code|qr code|serial number|serial no|asset tag|name and number|\
    photo and number|number (?:visible|showing|clearly|readable|on (?:show|display))|visible|on show|\
    clearly visible|showing|in shot|in full view|in view)
    serial (?:number|no|code)s? | asset (?:tag|number|label)s?
    lanyards? (?:with|and|showing) (?:\w{1,15} ){0,3}(?:pass|id|badge|name|photo|number)
    (?:holding|wearing|showing|holds|wears|shows|displaying|waving|close up of|photo of|\
    with) (?:\w{1,10} ){0,3}(?:staff|security|id|building|office|work|ons) (?:\w{1,10} )?(?:pass|badge|passes|\
    badges|card|lanyard)s?
    (?:badge|pass|lanyard|id card) (?:day|selfie|photo|pic|time|collected|picked up|arrived|has arrived)
    got (?:my|his|her|our) (?:\w{1,8} )?(?:pass|badge|lanyard|id) | pass number | badge number
    staff (?:number|id|no)s? | employee (?:number|id)s?
    """
)
ROOMS = phrases(
    r"""
    (?:ops|operations|control|server|incident|war|comms|plant|secure|lock ?in|lock ?up|data ?centre|situation|\
    crisis|press lock in|security) (?:control )?(?:room|suite|cage|cabinet|rack|lab|centre)s? (?:door|screens?|\
    whiteboard|at|in|where|today|photo|selfie|tour|code|keypad|live|set ?up|monitors|wall)?
    (?:screens?|monitors?|laptops?|computer|whiteboard|flip ?chart|desktop|display|desks?|noticeboard|\
    notice board|wall|pc|terminal|tablet|projector|post it notes|\
    sticky notes)(?:,| is| are| in| on)? (?:\w{1,15} ){0,4}(?:show(?:s|ing|n)?|display(?:s|ing|ed)?|with|full of|\
    listing|covered (?:in|with)|open (?:at|on)|behind (?:me|us|him|her|them)|in the background|visible|\
    left unlocked|readable|covered) (?:\w{1,14} ){0,5}(?:internal|draft|spreadsheets?|emails?|inbox|dashboard|\
    figures|numbers|data|results|names|plans?|tables?|code|notes|unpublished|confidential|project|schedule|\
    outline|structure|details|targets?|passwords?|rota|charts?|timeline|document|system|visible|readable|roadmap|\
    planning|tasks|staff|risks?|database|records?)
    (?:photo|picture|pic|snap|shot|image|view|photograph|selfie|video|screenshot) (?:\w{1,15} ){0,4}(?:of|\
    in front of|showing|from|with) (?:\w{1,15} ){0,3}(?:our|the|my|a|their|team|office|internal|colleague's|\
    director's|boss's|work|planning) (?:[\w-]{1,12} ){0,3}(?:whiteboard|white board|flip ?chart|screens?|\
    monitors?|computer screen|laptop screen|desktop|noticeboard|server room|seating plan|floor ?plan|rota|\
    control room|ops room|operations room|spreadsheet|inbox|desks?)
    whiteboards? (?:from|after|in|of|at) (?:our|the|today's|this|yesterday's|a|my)
    our (?:planning |team |office |project )?(?:whiteboard|flip ?chart|kanban|sprint board|project board|\
    risk register|floor ?plan|seating plan|rota|org chart|organogram)
    (?:christmas|on call|staff|duty|security|office|leave|shift|guard) rota | alt-tab
    (?:staff|team|internal|home|contact) (?:phone|telephone|contact|address|distribution|mobile) lists?
    floor ?plans? of (?:our|the) (?:\w{1,15} )?(?:office|building|floor|site)
    (?:office|building|site) floor ?plans? | evacuation plan
    (?:behind|on|across) the (?:screens?|monitors?) (?:behind|in front)
    """
)
SCREENSHOT = phrases(
    r"""
    screen ?shots? | screen ?grabs? | screen ?caps? | screen capture | screen recording | screen share
    print screen | photo of (?:my|our|the|a|her|his) (?:laptop |computer |work )?screen
    """
)
OF_WORK = phrases(
    r"""
    teams | slack | chat | chats | whatsapp | emails? | e-mails? | inbox | intranet | internal | draft
    unpublished | spreadsheet | excel | dashboard | messages? | conversation | conversations | meeting | call
    calendar | system | admin | sharepoint | database | colleagues?'?s? | boss | director | manager
    code repository | repo | terminal | zoom | channel | thread | memo | minutes | document | test environment
    staging | back end | backend | cms | preview | console | confidential | outlook | thread | comments | dm | dms
    ticket | jira | desktop | our screen
    """
)
PUBLIC_FRIENDS = phrases(
    r"""
    wanted, | manager wanted | permanent | full time
    internal (?:migration|audit report published|trade|market|displacement)
    (?:ask for|request|seek|right to) an internal review | internally displaced | consultation | have your say
    (?:open|out|up|published) for (?:comment|comments|consultation|feedback|review)
    comments? (?:on|by|before|close) | feedback on | your views | published today | now published
    minutes (?:of|from|are|published) (?:\w{1,14} ){0,8}(?:published|on (?:our|the) website|available)
    available on our website | on our website | privacy notice | privacy policy | freedom of information | foi
    your (?:inbox|pass|badge|id|desk|screen|staff)
    interviewers? (?:will |always |should |must |all )?(?:carry|carries|have|show|wear|carrying|show you|has|\
    wears|carry an|'s id|identity)
    ask to see | check (?:their|his|her|the|our) (?:\w{1,10} )?(?:id|badge|identity|pass|card)
    will (?:carry|show|have|wear|always) | always (?:carry|carries|show|wear|have|ask)
    carr(?:y|ies) (?:an? |their |his |her |official |photo |ons )* | accredited official
    official statistics badge | statistics badge | digital badge | blue badge | badge of honour
    disability confident | rail ?pass | bus pass | railcard | boarding pass | travel pass | press pass
    fire escape | parking permit | newsletter | sign up | subscribe | careers | vacanc(?:y|ies) | job | apply
    genuine | how (?:do i|to|can i|can you) (?:know|check|tell) | is it really | check they | verify | freephone
    survey enquiry line | publish(?:ed)? minutes | real interviewer | lost property | code of practice
    exhibition | museum
    """
)

RULES = (
    rule_of(
        RULE,
        ADVICE,
        find_forms(
            form(INTERNAL, unless=PUBLIC_FRIENDS),
            form(FROM_INSIDE, unless=PUBLIC_FRIENDS),
            form(PASSES, unless=PUBLIC_FRIENDS),
            form(ROOMS, unless=PUBLIC_FRIENDS),
            form(SCREENSHOT, OF_WORK, unless=PUBLIC_FRIENDS),
        ),
        where=in_words,
    ),
)
