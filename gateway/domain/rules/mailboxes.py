"""Whose mailbox an address is: a role's, which is published, or a person's, which is not ours to give out (P4)."""

from __future__ import annotations

import re

from gateway.domain.rules.reading import words_of

WEBMAIL = words_of(
    """
    gmail googlemail hotmail outlook live msn yahoo ymail rocketmail icloud me mac aol gmx mail protonmail proton pm
    tutanota zoho fastmail btinternet btopenworld virginmedia ntlworld blueyonder talktalk tiscali sky plusnet
    freeserve webmail
    """
)
ROLES = words_of(
    """
    accessibility account accounts admin advice advisory agency analysis api apply archive ask audit better booking
    bookings box branch bulletin bureau campaign campaigns careers casework centre centres chair change clerk comments
    comms communication communications community complaint complaints compliance conference consultation contact
    contactus content corporate correspondence council course courses customer customers data delivery department desk
    digital director directorate dissemination editor editorial education engagement enquiries enquiry event events
    exec executive external feedback finance foi forum fraud freedom gateway general governance government group hello
    help helpdesk helpline hr hub info information innovation insight internal international intranet it jobs journal
    legal library licensing line list mail mailbox manager marketing media meeting members methods mr news newsdesk
    newsletter noreply no-reply notices office officer online operations opinion order orders outreach panel partners
    partnership partnerships parliamentary permissions phishing planning policy post postmaster press privacy
    procurement product programme project projects public publication publications publishing quality query queries
    reception record records recruitment register relations release releases reply report reporting reports request
    requests research response responses sales science secretariat security service services shop social socialmedia
    speakers staff standards stats statistical statistics stakeholder stakeholders strategy subscribe subscriptions
    suggestions supplier suppliers support survey surveys switchboard system team teams technical test tickets tour
    training unit unsubscribe update updates user users vacancies visitor visits web webmaster website welcome welsh
    workshop ymholiadau gwybodaeth cyfryngau swyddfa adult ageing agriculture area births business businesses capital
    care census child children cohort commodity construction consumer cost coverage crime culture deaths deficit
    demographic demography devolution disability disclosure earnings economic economics economy employee employment
    energy environment environmental equality estimates ethnicity expenditure exports families family fertility
    financial forecast fuel gender geography global growth health hospital house household households housing identity
    imports income index indicators indices industrial industry inequality inflation infrastructure investment labour
    land language life lifestyles living local longevity loneliness manufacturing market marriage marriages migration
    mobility mortality national natural nutrition pay payments pension pensions people population pop poverty price
    prices producer production productivity profile property prosperity region regional regions rental rents retail
    sector sex skills small society supply sustainable tables tax taxation time tourism trade transport travel
    turnover unemployment use vacancy vital wage wages wealth wellbeing well-being work workforce workplace young
    youth
    """
)
GIVEN_NAMES = words_of(
    """
    aaron abigail adam aisha alan alex alexander alice alison amanda amelia amy andrea andrew angela anita ann anna
    anne anthony arthur barbara ben benjamin beth bethan brenda brian callum carol caroline carys catherine charles
    charlie charlotte chloe chris christine christopher claire clare colin craig daisy daniel david dawn deborah
    debbie denise dennis derek diane donna dylan edward eleri elizabeth ella ellen emily emma eric ethan eva evan
    fatima fiona florence frances frank fred freya gareth gary gavin geoff george georgia geraint gillian glyn grace
    graham greg gwen hannah harriet harry hassan hayley heather heidi helen henry holly hugh huw ian imran isabel isla
    ivan jack jacob jake james jamie jan jane janet jasmine jason jean jeff jennifer jenny jeremy jess jessica jill
    jim joan joanna joanne joe john jon jonathan joseph josh joshua joyce judith julia julie karen kate katherine
    kathryn katie keith kelly ken kenneth kerry kevin kim kirsty laura lauren leanne lee leo lesley lewis liam linda
    lisa liz louise lucy luke lynn marc margaret maria marie marion mark martin mary matt matthew megan melanie
    michael michelle mike mohamed mohammed molly muhammad nadia naomi natalie natasha neil nia niamh nicholas nick
    nicola nigel noah norman oliver olivia oscar owen pamela patricia patrick paul paula pauline peter phil philip
    phoebe priya rachel raj ravi rebecca rhian rhys richard rob robert robin roger rosie ross roy ruth ryan sally sam
    samantha samuel sandra sara sarah scott sean shaun sharon sheila shirley sian simon sophie stephanie stephen steve
    steven stuart sue susan suzanne tanya teresa terry theo thomas tim tina toby tom tony tracey tracy valerie vanessa
    victoria wayne wendy will william yasmin yvonne zara zoe
    """
)
PIECES = re.compile(r"[._+%'-]+")


def is_personal_mailbox(local: str, domain: str) -> bool:
    """Whether the address belongs to a person rather than to a role. Unknown boxes of two words count as a person's.

    `local` and `domain` are the two sides of the @. A given name or an initial in front makes it a person's whatever
    follows (jane.price@). A single unknown word (mortality@, bics@) is taken for a role's.
    """
    if WEBMAIL & set(domain.lower().split(".")[:-1]):
        return True
    whole = local.lower().strip(".'")
    words = [word for piece in PIECES.split(whole) if (word := piece.strip("0123456789"))]
    if not words:
        return False
    if words[0] in GIVEN_NAMES or (len(words) > 1 and len(words[0]) == 1):
        return True
    return len(words) > 1 and whole not in ROLES and not ROLES & set(words)
