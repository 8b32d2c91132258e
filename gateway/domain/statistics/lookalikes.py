"""Look-alikes: letters of other scripts, small capitals and boxed letters that a reader takes for plain ones."""

from __future__ import annotations

# The look-alike and what it is taken for, side by side.
CYRILLIC = """
АA ВB ЕE КK МM НH ОO РP СC ТT ХX ІI ЅS ЈJ ҮY ԌG ԚQ ԜW Гr Пn ИN ЙN ЛA ЯR ЁE ЄE ЗE ФO ЬB Уy Чy Бb Дd
аa еe оo рp сc уy хx іi ѕs јj һh ԁd ԛq ԝw үy вb кk мm нh тt гr пn зe ьb бb ёe єe эe иn йn лn дd чy шw
"""
GREEK = """
ΑA ΒB ΕE ΖZ ΗH ΙI ΚK ΜM ΝN ΟO ΡP ΤT ΥY ΧX ϹC
αa βb γy δd εe ζz ηn ιi κk νv οo ρp τt υu χx ωw ϲc σo ςs μu λl θo φo ϳj
"""
OTHERS = """
ԱU ՏS ՕO ՍU ԼL ոn օo սu հh ցg գg զq յj քp քp ԻP
ᎪA ᏴB ᏟC ᎠD ᎬE ᎻH Ꭵi ᎫJ ᏦK ᏞL ᎷM ᏢP ᎡR ᏚS ᎢT ᏙV ᎳW ᏃZ ᏀG
ⲀA ⲂB ⲤC ⲈE ⲎH ⲒI ⲔK ⲘM ⲚN ⲞO ⲢP ⲦT ⲨY ⲬX
"""
LATIN = """
ᴀa ʙb ᴄc ᴅd ᴇe ꜰf ɢg ʜh ɪi ᴊj ᴋk ʟl ᴍm ɴn ᴏo ᴘp ʀr ꜱs ᴛt ᴜu ᴠv ᴡw ʏy ᴢz
ɑa ɡg ıi ȷj łl øo đd ħh ŧt ɩi ɫl ɐa ǝe ɔc ɥh ɯm ɹr ʇt ʌv ʍw ƽ5 ℓl ƖI ƗI ƚl ɛe ɾr ʋv ɦh ɨi ʂs ʈt ʐz ƙk ɓb ɗd ɳn ɱm
ŁL ØO ĐD ĦH ŦT ƁB ƊD ƘK ƤP ƬT ƲV ƳY ƝN ŊN ŋn ðd ÐD ÞP þp ￠c ¢c ₤L
"""
LOOK_ALIKES = {pair[0]: pair[1] for table in (CYRILLIC, GREEK, OTHERS, LATIN) for pair in table.split()}

DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
QUOTES = {**dict.fromkeys("‘’‚‛`´ʼ′＇", "'"), **dict.fromkeys("“”„‟″", '"')}
SIGNS = {"⁄": "/", "∕": "/", "٪": "%", "％": "%", "·": ".", "․": ".", "‧": ".", "…": "...", "⋅": ".", "•": "•"}

INKLESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Letters in boxes and circles that NFKC leaves: (first code point, first letter).
BOXED = ((0x1F130, "A"), (0x1F150, "A"), (0x1F170, "A"))
FILLED_DIGITS = {**{chr(0x2776 + i): str(i + 1) for i in range(10)}, "⓿": "0", "🄋": "0", "🄌": "0"}
FILLED_DIGITS |= {chr(0x1F100): "0", chr(0x1F101): "0", "🔟": "10", "💯": "100"}
FILLED_DIGITS |= {chr(0x2780 + i): str(i + 1) for i in range(10)} | {chr(0x278A + i): str(i + 1) for i in range(10)}
FILLED_DIGITS |= {chr(0x24F5 + i): str(i + 1) for i in range(10)} | {chr(0x1F101 + i): str(i) for i in range(10)}


def boxed(character: str) -> str | None:
    """The letter inside a box or circle, or None."""
    point = ord(character)
    for first, letter in BOXED:
        if first <= point < first + 26:
            return chr(ord(letter) + point - first)
    return None
