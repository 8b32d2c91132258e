"""Never give out personal details, yours or the public's (P4); published lines and boxes of the office pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.gb import nhs

from connectors.words import Outgoing
from gateway.domain.check import Hit
from gateway.domain.rules import arithmetic
from tests.domain.rules.said import SEEN, hits_of, saying

RULE = "personal_data"


def hits(outgoing: Outgoing) -> list[Hit]:
    return hits_of(RULE, outgoing)


def names(outgoing: Outgoing) -> set[str]:
    return {hit.rule for hit in hits(outgoing)}


PERSONAL = [
    "Your number AB123456C is on file",
    "ab123456c",
    "AB-12-34-56-C",
    "NI number AB123456",
    "my ni number is ab 12 34 56",
    "NHS number 9434765919",
    "943 476 5919",
    "UTR 1955839661",
    "tax reference: 19558 39661K",
    "passport 925076473",
    "MORGA657054SM9IJ",
    "pay with 4111 1111 1111 1111",
    "4111111111111111",
    "3782 822463 10005",
    "GB82 WEST 1234 5698 7654 32",
    "20-10-26 12345678",
    "sort code 201026, account 12345678",
    "account number 12345678 sort code 20 10 26",
    "bank account no. 12345678",
    "Call 07700 900218",
    "Call +44 7700 900218",
    "Call +44 (0)7700 900218",
    "Call 0044 7700 900218",
    "Call 07700-900-218 today",
    "Tel.07700 900218",
    "ring 01632 960123",
    "ring (020) 7946 0123",
    "her home number is 020 7946 0123, not the press office",
    "Call +353 87 123 4567",
    "write to jane.smith@ons.gov.uk",
    "write to jsmith99@gmail.com",
    "write to onsteam@gmail.com",
    "write to p.morgan@example.com",
    "write to jane.price@example.com",
    "write to jane@example.com",
    "jane.smith [at] example.com",
    "14 Larch Close, Newport NP20 4XX",
    "Flat 3, Larch House, Newport NP20 4XX",
    "Rose Cottage, Mill Hill, Titchfield PO15 5AB",
    "14 Heol y Deri, Caerdydd CF14 6HF",
    "Mr T Okafor of 14 Larch Close",
    "She lives at 14 Larch Close",
    "Mrs Dalton, Newport NP20 4XX",
    "DOB: 12/04/1961",
    "date of birth 1961-04-12",
    "our colleague, born on 3rd May 1998",
    "born May 3, 1998",
]
NOBODYS = [
    "Inflation was 3.8% in the 12 months to August 2026",
    "from 2,345,678 in 2024-2025 to 2,345,679",
    "QQ123456C is an example of a National Insurance number",
    "GSS codes E12000007 and W06000022",
    "CDIDs L55O, D7G7 and MGSX",
    "ISBN 978-0-11-623456-4",
    "NHS number 9434765918 has a wrong check digit",
    "1955839661",
    "on 20-10-26 at 09:30, and again on 21-10-26",
    "20-10-26 20261020 rows",
    "20.10.2026 09.30",
    "01.02.2026 10am",
    "01-02-2026 09-30",
    "0.1234567890 per cent",
    "£07700900218",
    "numbers 01 02 03 04 05 06",
    "Call 0300 123 2040, 0800 298 5313 or 0345 601 3034",
    "Press office: 01633 455 678",
    "Media enquiries: +44 (0)20 7946 0123",
    "media.relations@ons.gov.uk, labour.market@ons.gov.uk, mortality@ons.gov.uk",
    "census2031@ons.gov.uk, better.info@ons.gov.uk, press.office@example.gov.uk",
    "follow @ons@mastodon.social",
    "https://x.com/ONS/status/4111111111111111",
    "Government Buildings, Cardiff Road, Newport NP10 8XG",
    "Segensworth Road, Titchfield PO15 5RR",
    "Visit us at our office, 2 Marsham Street, London SW1P 4DF",
    "Royal Statistical Society, 12 Errol Street, London EC1Y 8LX",
    "House prices in NP20 and CF14 6HF",
    "We asked 14 people in the High Street",
    "babies born on 1 January 2026",
    "if you were born on 6 April 1960",
    "Florence Nightingale, born 12 May 1820",
    "Dr Smith joins us at Cardiff University, CF10 3AT",
]


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_details_are_found_in_text_alt_text_and_link(text: str) -> None:
    assert names(saying(text)) == {"personal_data"}
    assert names(saying("Hello", alts=(f"{SEEN}. {text}",))) == {"personal_data"}
    assert names(saying("Hello", link=f"https://example.org/?q={text.replace(' ', '%20')} ")) == {"personal_data"}


@pytest.mark.parametrize("text", NOBODYS)
def test_figures_codes_dates_and_office_lines_pass(text: str) -> None:
    assert hits(saying(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Call ０７７００ ９００２１８",
        "Call 07700\u00a0900\u200b218",
        "Call 07700\u2013900218",
        "Call \u0660\u0667\u0667\u0660\u0660\u0669\u0660\u0660\u0662\u0661\u0668",
        "jane.smith\uff20example.com",
        "\u0410\u0412123456\u0421",
    ],
)
def test_other_digits_letters_and_invisible_characters_hide_nothing(text: str) -> None:
    assert names(saying(text)) == {"personal_data"}


def test_the_span_counts_in_the_text_as_typed() -> None:
    text = "\u200bRing \U0001f4de ０７７００ 900218 now"
    (hit,) = hits(saying(text))
    assert text[hit.start : hit.end] == hit.evidence == "０７７００ 900218"


def test_a_find_in_an_alt_text_says_in_which_and_marks_nothing_in_the_text() -> None:
    (hit,) = hits(saying("Hello", alts=(SEEN, f"{SEEN} 07700 900218")))
    assert (hit.start, hit.end) == (0, 0)
    assert hit.advice.startswith("The alt text of picture 2 ")


@given(st.text("0123456789", min_size=9, max_size=9))
def test_every_valid_nhs_number_beside_its_name_is_found_and_no_invalid_one(nine: str) -> None:
    for last in "0123456789":
        found = any("NHS" in hit.advice for hit in hits(saying(f"NHS number: {nine + last}.")))
        assert found == nhs.is_valid(nine + last)


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2), st.integers(0, 999_999), st.sampled_from("ABCD"))
def test_every_national_insurance_number_that_can_be_given_is_found(prefix: str, digits: int, suffix: str) -> None:
    found = names(saying(f"Re: {prefix}{digits:06d}{suffix}")) == {"personal_data"}
    assert found == arithmetic.is_nino_prefix(prefix)


@given(st.integers(100_000_000, 999_999_999))
def test_every_mobile_is_found_and_no_line_of_an_organisation(digits: int) -> None:
    assert names(saying(f"Ring 07{digits}")) == {"personal_data"}
    assert names(saying(f"Ring 03{digits}")) == set()
    assert names(saying(f"Ring 08{digits}")) == set()
