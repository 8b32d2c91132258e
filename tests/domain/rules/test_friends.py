"""False friends pass and their bad twins do not: one pair says where a rule draws its line."""

from __future__ import annotations

import pytest

from tests.domain.rules.said import hits, hits_of, saying

# rule, what it must find, what it must let pass
PAIRS = [
    ("offensive", "What utter b*llocks.", "We assessed every asset in Scunthorpe."),
    ("offensive", "F U C K this", "An idiot-proof guide for Moby Dick fans"),
    ("offensive", "What a sh1tshow", "The slag heap of the blast furnace"),
    ("party_political", "Vote Labour on Thursday", "The Labour Force Survey and labour costs"),
    ("party_political", "The Conservatives are right on tax", "A conservative estimate of the green economy"),
    ("party_political", "Reform UK have a point", "The reform of our prices collection"),
    ("party_political", "The government has failed pensioners", "The government has replied to our consultation"),
    ("security_incident", "Our servers were hit by ransomware", "How to protect your charity against ransomware"),
    ("security_incident", "We had a data breach last night", "Our site is back after planned maintenance"),
    ("security_incident", "I lost my work laptop on the train", "We gave 20 laptops to a school"),
    ("vetting_disclosure", "I've just passed my DV clearance!", "This role requires SC clearance"),
    ("internal_material", "Screenshot of our Teams chat", "Internal migration statistics explained"),
    ("internal_material", "My new staff pass!", "Our interviewers carry an ID badge. Ask to see it."),
    ("internal_material", "A leaked memo says so", "The draft questionnaire is open for consultation"),
    ("media_query_reply", "@BBCNews Thanks for your question, no.", "Journalists: please call our press office."),
    ("media_query_reply", "Hi Tom, a quote for your article", "Watch our director on BBC Breakfast"),
    ("hashtag_case", "#labourmarket", "#LabourMarket #statistics #GDP #Census2021"),
    ("hashtag_case", "#WOMENINDATA", "#unemployment #apprenticeships #together"),
    ("excessive_emoji", "Great 🎉🎉🎉", "Great 🎉 day 🎉 here 🌞"),
    ("shouting", "DON'T MISS THIS", "New: UK, GB, ONS, CPIH and RPI explained."),
    ("bare_url_shortener", "See bit.ly/3xYzAbC", "See ons.gov.uk/economy and youtu.be/abc"),
    ("bare_url_shortener", "See bit[.]ly/abc", "Read it at gov.uk/statistics"),
    ("unsubstantiated_claim", "We produce the best statistics in the world", "Best wishes and the best of luck"),
    ("unsubstantiated_claim", "Everyone trusts our numbers", "Everyone is welcome. Proof of address is needed."),
    ("personal_attack", "Cllr Hughes hasn't read a single page", "Dr Hughes has read every page"),
    ("personal_attack", "@jo you are an idiot", "There's no such thing as a silly question"),
    ("legal_risk", "Megabrand plc is lying to shoppers", "Fraud estimates: how to spot scam texts"),
    ("legal_risk", "We uploaded the whole BBC film for free", "Photo: Jane Smith, used with permission."),
    ("legal_risk", "Only men need apply", "Women and men of all ages are welcome to apply"),
    ("credentials_leak", "The password is Sunny2026!", "The password must be at least 12 characters"),
    ("credentials_leak", "Door code is 4471", "Use the 12-digit code on your letter"),
    ("credentials_leak", "AKIAIOSFODNN7EXAMPLE", "GSS code E12000007, CDID L55O"),
    ("link", "See http://www.ons.gov.uk/economy", "See https://www.ons.gov.uk/economy"),
    ("link", "See https://10.0.0.1/x", "See ons.gov.uk"),
    ("link", "See https://ons.gov.uk@evil.example/", "Write to info@ons.gov.uk"),
    ("readability", "word " * 26 + ".", "word " * 25 + ". " + "word " * 25),
]


@pytest.mark.parametrize(("rule", "bad", "good"), PAIRS)
def test_the_bad_twin_is_found_and_the_friend_passes(rule: str, bad: str, good: str) -> None:
    (found, *_) = hits_of(rule, saying(bad))
    assert found.advice
    assert found.evidence in bad
    assert hits_of(rule, saying(good)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Our Newport office is open again from Monday.",
        "We are open on Monday.",
        "Apply for our graduate scheme by Friday.",
        "Thanks to everyone who took part.",
        "Unemployment was 4.9% in the three months to August, down from 5.0%.",
    ],
)
def test_everyday_posts_meet_no_rule_at_all(text: str) -> None:
    assert hits(saying(text)) == []


@pytest.mark.parametrize(
    "hidden", ["Ｖote Ｌabour on Thursday", "V\u200bote Lab\u200bour on Thursday", "Vote L\u0430bour on Thursday"]
)
def test_other_letters_hide_nothing(hidden: str) -> None:
    (found, *_) = hits_of("party_political", saying(hidden))
    assert found.evidence in hidden


def test_alt_texts_are_read_too_and_named() -> None:
    (found, *_) = hits_of("internal_material", saying("Look", alts=("Close-up of my new staff pass",)))
    assert found.advice.startswith("The alt text of picture 1 ")
    assert (found.start, found.end) == (0, 0)
