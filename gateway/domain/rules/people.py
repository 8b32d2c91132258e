"""People: how a post names somebody, for the rules on attacks, allegations, vetting and politics."""

from __future__ import annotations

import re

TITLES = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof(?:essor)?|Sir|Dame|Lord|Lady|Cllr|Councillor|Baroness|Baron|Minister|Secretary"
    r"|Chancellor|Judge|Justice|Rev(?:erend)?|Mayor|Senator|President|Captain|Inspector|Commissioner|Alderman|Rt Hon"
    r"|MP|MSP|AM|MS|Ambassador|Bishop|Colonel|General|Major|Columnist|Blogger|Journalist|Reporter|Commentator|Author)"
)
NOT_A_NAME = (
    r"(?:The|This|That|These|Our|Your|We|A|An|In|On|At|For|From|And|But|If|It|Is|New|National|Office|Labour|Force|Crime"
    r"|Survey|Statistics?|Census|House|Retail|Consumer|Prices?|Index|Great|Northern|South|North|East|West|United|Family"
    r"|Living|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July"
    r"|August|September|October|November|December|Government|Public|Data|Annual|Code|Civil|Teams|Wi|Top|Social|Local"
    r"|Bank|England|Wales|Scotland|Ireland|London|Newport|Cardiff|Don|What|How|Why|When|Who|Please|Thanks|Join|Read)"
)
NAME = rf"(?:{TITLES}\.? [A-Z][\w'’-]{{1,24}}|(?!{NOT_A_NAME}\b)[A-Z][a-z]{{1,14}} (?!{NOT_A_NAME}\b)[A-Z][\w'’-]{{1,24}}\b)"  # noqa: E501 - one shape, read in one line
NAMED = re.compile(rf"(?<!\w){NAME}|(?<![\w.])@[A-Za-z_][\w.-]{{1,40}}")
ROLES = (
    r"(?i:prime minister|\bthe pm\b|chancellor|home secretary|foreign secretary|health secretary|first minister"
    r"|(?:shadow|junior|cabinet|health|education|treasury|culture|transport|housing) (?:minister|secretary)|minister"
    r"|ministers|mayor|councillor|\bcllr\b|\bmp\b|\bmps\b|governor|president|vice-president|commentators?|columnists?"
    r"|journalists?|reporters?|journos?|hacks|pundits?|economists?|professor|think ?tank|blogger|author|critics?|\
    trolls?|the (?:man|woman|bloke|guy|lady)|that (?:man|woman|lady)"
    r"|the (?:chair|leader|head|boss|director|editor|founder|owner|treasurer|president|manager)(?:man|woman|person)? of"
    r"|\bceo\b|chief executive|chief economist|permanent secretary|politicians?|lobbyists?|so-called expert|academic)"
)
PRONOUN = r"(?i:\b(?:you|you['’]re|your|he|he['’]s|she|she['’]s|him|her|his|himself|herself|this (?:guy|man|woman|bloke|chap|person|lot)|that (?:guy|man|woman|bloke|person)|these people|those people)\b)"  # noqa: E501 - one shape, read in one line
SOMEBODY = re.compile(rf"(?:{NAMED.pattern}|(?<!\w){ROLES}(?!\w)|{PRONOUN})")
NAMED_OR_ROLE = re.compile(rf"(?:{NAMED.pattern}|(?<!\w){ROLES}(?!\w))")
COMPANY = re.compile(
    r"(?<!\w)(?:[A-Z][\w&'’-]{1,24} ){1,3}(?:plc|PLC|Ltd|Limited|LLP|Inc|Group|Holdings|& Sons|Bank|Supermarkets?|\
    Energy"
    r"|Airways|Airlines|Homes|Foods|Stores|Water|Rail|Media|Partners|Consulting|Associates|Council|University|Trust)\b"
    r"|(?<!\w)(?:Tesco|Asda|Sainsbury['’]?s|Morrisons|Aldi|Lidl|Waitrose|Ocado|Boots|Amazon|Google|Apple"
    r"|Microsoft|Uber|Deliveroo|Ryanair|easyJet|British Gas|Octopus|EDF|Shell|BP|Vodafone|Barclays|HSBC|Lloyds|NatWest"
    r"|Santander|Capita|Serco|Fujitsu|Deloitte|KPMG|PwC|Thames Water|Royal Mail|Sports Direct|Greggs|Primark|Currys)\b"
)
