"""Words: English as hashtags and capitals use it, to tell joined words from one word and shouting from acronyms."""

from __future__ import annotations

from gateway.domain.rules.reading import words_of

# Words that hashtags are joined from. Three letters or more, but for SMALL.
JOINED = words_of(
    """
    economist economists statistician statisticians libraries library librarian archive archives museum museums teacher
    teachers nurse nurses doctor doctors farmer farmers carer carers parent parents expert experts colleague colleagues
    interviewer interviewers scientist scientists researcher researchers engineer engineers developer
    developers designer
    designers apprentices graduates interns students question questions number numbers figure figures fact
    facts quiz quizzes
    lunch dinner tea biscuit biscuits garden gardens gardening tree trees park parks river rivers beach village
    villages town
    towns county counties island islands bridge bridges road roads train trains buses station school schools university
    hospital hospitals office offices desk desks kitchen canteen choir music dance film films photo photos
    picture pictures poem poems poetry story letter letters post postcard map maps guide guides tip tips hint
    lesson lessons
    season seasons winter spring summer autumn morning evening weekend today tomorrow yesterday throwback
    remember celebrate
    celebrating support supporting proud kind kindness happy smile hello welcome thanks thank please love
    loving share sharing
    cleanup litter pick swap walks runners cyclists cycling cycles neighbours street streets square hub mental
    matters men women dads mums grandparents teens pupils heroes champions champion makers maker builders coders coding
    nerds geeks fans lovers lover stories storytelling insider insiders takeover roundup wrap spotlight focus feature
    friday fridays monday mondays meetup meetups hackday hackathon bakeoff bake cakes charity challenge challenges
    marathon halfmarathon parkrun fun giving donate fundraiser fundraising appeal drive donors donor blood organ kidney
    about access accessibility account accredited action active advice after age ageing aid alert all amazing analysis
    analyst analytics and annual answers app apprentice apprenticeship area art ask august autumn award awareness away
    baby back bank based before behind best better big bike birth births black blog blue board book books border bread
    break breakfast bring british budget build building bulletin business busy cake call campaign car carbon care
    career careers carers cash census centre challenge chance change charity chart charts chat check child childcare
    children choose christmas cities city civil clean climate coast code coffee collect college come commons
    communication community companies company conference connect construction consultation consumer contest cool cost
    costs council count counting country course court cover covid create crime culture custom cut cyber cycle daily
    data dataset dates day days deal death deaths debate debt december deep degree delivery design development digital
    disability discover diversity divorce doctor door down draft dream drive drop duty early earn earnings earth easy
    eat economic economics economy education election emissions employment employee employees energy engage england
    english enjoy environment equal equality estimate estimates europe events every everyone evidence exam expert
    experts explained explore export exports express face fact facts fair fairs faith fall families family fantastic
    farm fast father favourite february feedback feel female field fill final finance find fire first fish fit five
    flag flash flexible flood food football for forecast foreign forms forward four fraud free fresh friday friendly
    friends from fuel full fun fund future game games garden gas gender get girl girls give global goal goals going
    gold good google government graduate grants graph great green ground group growing growth guide habits half
    halloween happy hard have head health healthy hear heart heat help helping her here heritage hero hidden high hill
    hiring history hold holiday holidays home homes hope hospital host hot hour hours house household households
    houses housing how human identity image impact import imports inclusion income increase independent index
    indicator industry inequality inflation information infrastructure inspire innovation insight insights interest
    international interview into investment islands january job jobs join journal journey july june just justice keep
    key kids kind know knowledge labour land language large last latest law lead leaders leadership learn learning
    leave left level library life light like line link lists live lives living local london lone long look lost love
    low lunch machine made mail make male man manager manufacturing many map maps march market marriage match maths
    matters may meet meeting meetings member men mental method methods middle migration mind minute mobile model
    modern moment monday money month monthly morning most mother motivation move movie much music names nation
    national nations natural nature need net network never new news next night north northern not november now number
    numbers nurse october off office officer official old one online only open opportunities opportunity our out over
    own paid panel paper parents part partner partners party past pay peace pension pensions people period person
    photo physical place places plan planet planning play please plus podcast point police policy poll poor population
    post poverty power practice prepare press price prices pride private problem process productivity profile program
    project property public publication publications quality quarter question questions quick quiz rain rate rates
    read ready real recruit red reform refugee region regional regions release remember rent rental renting report
    reports research response results retail retire return review right rights rise risk road roads role round rule
    run rural safe safer safety sale sales save saving scam school schools science scotland scottish sea search season
    sector secure security see sense september series service services set sex share shop shopping show side sign
    skills sleep small smart snow social society son south space speak speaker speech spending spirit sport sports
    spot spring staff stand standards star start stat state statement station statistical statistician statisticians
    statistics stats stay step still stop store stories story strategy street strong student students study summer sun
    sunday support survey surveys sustainability sustainable swim system table take talk talks tax teacher team teams
    tech technology teen test text thank thanks that the their them then there things think this thought three
    throwback thursday time times tip tips today together tomorrow tool top total tour tourism town track trade train
    training transport travel tree trend trends trivia true trust truth try tuesday turn two unemployment union united
    university update updates urban use user users vacancies vacancy value video view virtual vision visit visual
    vital volunteer volunteers vote wage wages wait walk wales want warm waste watch water way wealth wear weather web
    wednesday week weekend weekly weeks welcome wellbeing welsh west what when where white who why will win winter
    with woman women wonder word words work worker workers working works world worth write year years yes yorkshire
    young your youth zero human body bring back next did been belong believe beautiful become being business's
    birthday boys bright bus brand collection collector completed computer county creative crew curious difference
    different disabled discussion doing done earlier else end exciting explain extra fellow film finding flow focus
    follow forget forms fostering found framework generation getting giving ground handle happens hello help hub idea
    ideas important improve ireland northern keeping kitchen launch leading lesson lets list listening literacy lower
    made making manage map matter meaning measure measuring media message millennium moving must near never nine
    normal notes nothing other pandemic partnership pay perfect places planning pop presents privacy proud providing
    publish published putting queen question recovery recycle regional remote resilience responsible rising royal
    sample science sharing sheet shift side simple since sitting six slow some song sound source special stage
    standing started statsday strange strike stronger such super sure target teaching tell ten than these through
    ticket tiny tops touch toward trail transparent trusted trustworthy under understand upon useful valley voice
    voices was we're web well went were which while wide wild winning wise without won worldwide would yet you young
    zone ask analytics applied behaviour bonus carer chancellor civilservice code club coding collab counted counts
    decade demo digital discover employer employers ethics ethnic ethnicity fairness farmers fertility gap gdpr geo
    geography grad green hackathon hiring holidays hybrid index interns intern internship jobsearch join kindness
    longevity lockdown loneliness mortality neighbours neighbourhood nhs older pandemic pay people postcode predict
    profit property quarterly queer racism ramadan easter eid diwali hanukkah lunar refugees regional renters
    respondent respondents rural seasonal shopper spend spends statistic suicide survey tenants time toolkit trans
    unpaid unsung update users wealth wellness women's work workplace youth say says said sharing spread stars starter
    starters stepping stepinto talent talented task teaching tech term times track trail triple unlock upskill value
    village voluntary wander wellbeing whole winners wise words worldwide worries zoom across add again airport almost
    along animal anti anxiety apart april arctic asian athletes author autism ball band bar bay beach bed bee bees
    belong bet beyond bin bird blind block body boost born bot box brain brave bridge broad bubble bug burn butter
    butterfly camp captain card cards caring case cat cats chain chairs champion champions charge cheap cheese chef
    chief christ class close cloud clubs coal coaching cold colleague colleagues come comes comic complete comment
    conversation conversations cook cookie cooking core corner corona cosy cotton couch cover craft crowd crypto cup
    curve cute dad dads dance danger dark darling daughter dawn deaf dear december decide deeds define democracy
    dementia desk diary dictionary diet digit dinner direct directions dog dogs dot double dozen dragon dress drink
    drinks driver drivers dry dyslexia early earner easier elder electric eleven embrace enable engineer engineering
    enough enterprise epic escape essential euro everywhere exam exchange exercise expo eye eyes fab facts fellows
    fest festival figures fishing flight floor flower flu foster fox frame freelance friday front fruit galaxy gang
    gardening gather generation gift gifts giving glass globe goodbye grammar grand grant grass grow grown guest hack
    hair hall happen harbour harvest hat heads healthcare heating hey hire hobby honest hope horse huge hunt ice
    income inspired inspiring interviewer invest island item jam jobs joint joy junior kick king kit knit lab labs
    lamp latest laugh laws leader league leap legal legend lesson liberty lift limit lit little loan locals logic
    lonely loud luck lunch mad magic maker makers march master mask meals means medal meets memory mentor mentors
    merry metro miles milk millions mini minister miss mistake mix moments mountain mouse mouth mums museum myth
    nature neat nerd nerds nice nights note novel nurses ocean older once opening optimism order others outdoor
    outside pack page paint pandemics park parks parliament pass path patient patients peak peer pen penny pet pets
    phone photos pick pictures pie pin pitch pizza plant plants plastic player pledge poem poetry polls pool positive
    pound pounds preview primary print prize prizes proof protect pub pulse purple push puzzle quote race rail rainbow
    reach reading reality reason rebuild record records red refresh relax religion remote repair reporting reset
    resources rich ride ring river rock roll room rooms roots roundup rugby sail salary same sandwich santa saturday
    save savings scale scan scene scheme scientist scientists score seas seat seats second secret secrets secure seed
    seeing sell senior seniors sense serve setting seven share shine ship shirt shoes shopper shops short sick sight
    silver sing sister sites six skill sky slide smile snap soft software solution solve sons soul soup speed spell
    spoken spotlight square stage stake starting stem steps stick stone storm storytelling straw streets stress study
    style subject success sugar suit sundays sunshine surf swap sweet symbol takes tales target taxes tea teach teen
    teens tent theme theory thinking thousand thrive tick tidy tiger till tiny title tonight tools topic toy tracker
    trade traffic trails trainee translate trap trees trip trophy truck tune tutor tweet twin type types ultimate
    uncle unit unlimited urgent van variety vegan venture version veterans veteran victim village visitors vital
    volunteering walking wall warning wave waves wellbeing wheel whistle wifi wild wind window wine wings winner wired
    wish wolf woods wool wow write writer writing wrong xmas yoga yummy zones
    """
)
SMALL = words_of("an a i at be by do go he if in is it me my no of on or so to uk up us vs we ai hr it eu gb un io")
ACRONYMS = words_of(
    """
    ons gdp cpi cpih rpi hmrc dwp nhs uk gb eu un us usa bbc itv gss gsr gov faq faqs diy api bsl sic soc hpi rti psf
    pra osr uksa nisra nrs lfs aps ashe wfh tlfs oecd imf wto who unesco unicef nato hm hr it ai ml pdf csv xls xlsx
    html http https www url rss sms gps tv dvd cd cv pa am pm bst gmt utc tbc tba asap rsvp agm ceo cfo cto phd msc
    bsc mba gcse gcses btec ucas vat paye isa esa pip ppi pmi bics opn mgsx cdid id ids nino ni utr dob gdpr foi dpa
    ico sars covid hiv aids lgbt lgbtq lgbtqia bame send sen stem steam rss esrc ukri arc adr idr sail defra dfe dluhc
    mhclg dhsc dft dcms beis dbt dsit desnz moj hmt fcdo mod cma ofcom ofgem ofsted ofqual ofwat fca boe mpc obr ifs
    niesr cbi fsb tuc cipd rtpi rics nao pac msps mps mp ms msp am nics csr csl ddat gds cddo ncsc gchq ukhsa phe nice
    mi sas spss sql r python js css ux ui qa kpi kpis roi b2b y2k uk's ons's gb's ni's sme smes ngo ngos pr crm iot 5g
    4g ok omg lol nuts lsoa msoa oa la las lad geojson dna mri ct gp gps a&e ae icu ptsd adhd asd xi ii iii iv vi vii
    viii ix ukri uksf aukus brics g7 g20 cop26 cop27 cop28 cop29 cop30 cop31 ftse nasdaq libor sonia lds ptal sdg sdgs
    hei hesa isd rsf cis srs hbai frs csew tcn scs heo seo eo ao aa eoi itt pq pqs q1 q2 q3 q4 h1 h2 fy rag sro pmo
    hod dg perm rnib rnid
    """
)
# One word that could be cut into words of JOINED, or a name.
SINGLE = words_of(
    """
    together forward forwards outcome outcomes income workforce workshop workshops workplace website webinar household
    households housework homework homeless homelessness childcare healthcare wellbeing weekend weekends weekday weekly
    newport newcastle newspaper newsletter headline headlines deadline timeline timetable online offline outline
    update download upload upgrade upskill overview interview feedback background understand understanding understood
    wherever whatever whenever however therefore themselves everyone everybody everything everywhere someone somebody
    something sometimes somewhere anyone anything another without within throughout important information
    international national statistician statisticians statistics statistical manufacturing unemployment employment
    environment football basketball cricket marathon breakfast birthday christmas halloween holiday holidays footprint
    fingerprint spreadsheet dashboard database dataset datasets microdata metadata podcast podcasts broadcast newsroom
    classroom bedroom bathroom greenhouse warehouse lighthouse townhouse playground underground railway motorway
    highway runway takeaway getaway highlight highlights spotlight sunlight daylight moonlight lifestyle lifetime
    longtime overtime teamwork network networking networks framework fieldwork paperwork artwork homepage whatsapp
    snapchat google microsoft github postcode postcodes barcode password passport partnership leadership membership
    scholarship internship apprenticeship apprenticeships friendship ownership relationship relationships
    neighbourhood neighbourhoods childhood motherhood fatherhood likelihood hackathon freedom kingdom wisdom random
    seldom shareholder stakeholder stakeholders householder freelance freelancer grandparent grandparents godparent
    stepfather stepmother grandmother grandfather godmother firefighter firefighters policeman businessman landlord
    landlords landscape landmark farmland homeland scotland england ireland iceland finland poland holland netherlands
    islands portland sunderland northumberland cumberland westmorland rutland yorkshire lancashire cheshire hampshire
    berkshire wiltshire shropshire staffordshire worcestershire gloucestershire lincolnshire nottinghamshire
    leicestershire northamptonshire cambridgeshire bedfordshire hertfordshire oxfordshire buckinghamshire warwickshire
    monmouthshire aberdeenshire westminster titchfield swansea southampton northampton wolverhampton blackpool
    liverpool hartlepool eastbourne bournemouth portsmouth plymouth middlesbrough peterborough scarborough gateshead
    doncaster lancaster manchester winchester colchester chichester leicester worcester gloucester millionaire
    questionnaire questionnaires commonwealth breakthrough whistleblower drawback flashback payback cashback comeback
    setback throwback outback seminar hardware software malware standalone stand alone outstanding longstanding
    meanwhile worthwhile otherwise likewise clockwise sustainability sustainable accessibility responsibility
    availability capability disability disabilities inability stability probability mortality morbidity hospitality
    hospitalisation carers caring sharing hearing sourcing resourcing outsourcing crowdsourcing transparency
    independence independent dependence correspondence conference reference difference preference inference
    interference management department departments assessment investment investments measurement statement achievement
    agreement announcement requirement retirement development advertisement entertainment arrangement engagement
    replacement placement settlement supplement apartment treatment government governments parliament appointment
    democracy demography demographic demographics geography photography biography calligraphy cartography infographic
    infographics graphic graphics economics economist economists economical analytical technical technology
    methodology psychology sociology archaeology biology ecology terminology chronology transport transportation
    exports imports passports airport airports seaport heathrow gatwick stansted shopping shortage sewage postage
    percentage advantage heritage marriage average coverage leverage beverage language mortgage mortgages message
    package passage storage vintage village teaching reaching watching matching catching researching searching
    monitoring mentoring volunteering engineering pioneering gathering considering offering suffering entering
    wonderful beautiful meaningful successful powerful careful helpful grateful thoughtful peaceful selfie selfcare
    self-care cybersecurity counterfeit handbook textbook notebook yearbook playbook workbook outreach overseas
    offshore onshore onboard onboarding onward onwards ongoing outgoing incoming upcoming forthcoming becoming
    welcoming income's bestseller firsthand secondhand beforehand backstage mainstream downstream livestream tuesday
    wednesday thursday saturday sunday monday friday yesterday today tomorrow nowadays everyday september november
    december february january october careers engineer engineers pensioner pensioners practitioner practitioners
    commissioner eurovision television supervision provision revision division decision precision blackfriday ramadan
    easter diwali hanukkah eisteddfod cymru cymraeg caerdydd casnewydd gamechanger rainbow snowflake sunflower
    wildflower horsepower manpower superpower brainpower empower housing workers working statsnz ethnicity longevity
    fertility loneliness happiness business businesses fairness fitness wellness awareness openness readiness kindness
    weakness sickness illness darkness witness household's grassroots crossroads railroads carbon passion fashion
    cushion mission permission admission commission discussion profession session sessions pension pensions tension
    extension dimension homeworking homeworker homeworkers hybridworking coworking networker caregiver caregivers
    housebuilding pathway pathways gateway doorway stairway halfway subway anyway breakaway faraway hideaway fortnight
    midnight overnight tonight insight insights foresight hindsight oversight eyesight outdoors indoors candidate
    candidates carbonneutral greenwich norwich ipswich sandwich notice noticed notable notation donation formation
    information platform platforms uniform reform transform inform performance format formats former formal
    information target targets budget budgets gadget widget forest forestry harvest interest interesting contest
    protest honest request tempest handmade homemade lockdown breakdown countdown shutdown slowdown downturn upturn
    return
    """
)
