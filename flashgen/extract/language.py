"""Which language a text is in: by its script, and for those that share one by their commonest words."""

from __future__ import annotations

import re

from flashgen.text import script

_BY_SCRIPT = {
    "GREEK": "el", "HEBREW": "he", "ARABIC": "ar", "DEVANAGARI": "hi", "BENGALI": "bn", "TAMIL": "ta",
    "TELUGU": "te", "THAI": "th",
    "GEORGIAN": "ka", "ARMENIAN": "hy", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja",
}  # fmt: skip

# The commonest words of each language that few others of the same script have.
_COMMON = {
    "en": "the of and to in is that it for with as are this be on by from or have not you which can was an will "
    "at we but they",
    "de": "der die und das ist nicht mit ein eine zu den von für auf sich dem als auch werden wird sind im es "
    "dass bei oder wie man nach",
    "fr": "le la les des et est une un dans pour que qui pas sur avec par plus ce sont au du en cette nous vous "
    "mais ou aux être il",
    "es": "el la los las de que y en un una es por con para no se del como más su pero son al lo este esta "
    "también puede o sin",
    "it": "il di che e la per un una non è con del della sono si le da come anche più dei nel questo alla ma "
    "gli essere delle può",
    "pt": "o que de e a do da em um uma para não com os as é por mais se como dos das são ou ao também pode no "
    "na isso foi",
    "nl": "de het een en van is dat in op te voor met niet zijn aan die er ook worden als bij wordt naar om "
    "maar kan deze door dan",
    "pl": "i w na z nie się że do jest to jak przez o dla są od co po które może być który lub oraz tym ale za "
    "tak czy",
    "cs": "a v se na je že s z do pro jsou to ale jako které by nebo který při po jeho až podle může být jen "
    "také tak není",
    "sv": "och att det i en som är på för med av den till inte har ett om kan de vi eller från men när vara ska "
    "så detta finns",
    "da": "og at det i en som er på for med af den til ikke har et om kan de vi eller fra men når være skal så "
    "dette der bliver",
    "no": "og at det i en som er på for med av den til ikke har et om kan de vi eller fra men når være skal så "
    "dette blir ved",
    "fi": "ja on ei että se en mutta kun myös ovat tai voi jos joka kuin sen hän ole niin oli sekä vain nyt "
    "mitä tämä jotka",
    "tr": "ve bir bu için ile de da olarak daha çok olan gibi ne en değil sonra kadar ama her var olduğu ya "
    "şekilde veya",
    "ro": "și în de la a cu pe care nu este un o pentru că din sunt mai se să sau prin dar fi ca poate această "
    "au al",
    "hu": "a az és hogy nem is egy ez van de csak meg már még mint vagy ha volt kell lehet azt ezt minden el "
    "után nagyon",
    "vi": "và của là có được trong cho một các không người với để những này khi đã từ như về hoặc bạn tôi thì "
    "sẽ",
    "id": "yang dan di dengan untuk dari ini pada tidak dalam itu adalah akan ke atau oleh juga dapat kita ada "
    "sebagai bisa",
    "ru": "и в не на что с по это как для из к но он так же то от все или мы его бы если у может при за только "
    "есть",
    "uk": "і в не на що з та до як це для від але або є його про якщо ми він за якій також бути може були та "
    "щоб ще",
    "bg": "и на да се в от за не с е че по са като това или към който при до ще може този има са",
    "sr": "и у је да се на за са од не као што које или су то може али из по до који би",
}  # fmt: skip
_SETS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_WORD = re.compile(r"[^\W\d_]+")
_LONG_ENOUGH = 12
_SAMPLE = 20_000


def detect(text: str) -> str:
    """The ISO 639-1 code of the language of `text`; '' where there is too little to tell."""
    found, _ = _judged(text)
    return found


def settle(locale: str, text: str) -> str:
    """The language of a page that says it is in `locale` (`en`, `en_US`): that counts, unless the text denies it."""
    said = locale.replace("_", "-").partition("-")[0].strip().lower()
    said = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}.get(said, said)
    if not re.fullmatch(r"[a-z]{2}", said):
        said = ""
    found, sure = _judged(text)
    if not said or not found or said == found:
        return said or found
    return found if sure else said


def _judged(text: str) -> tuple[str, bool]:
    """The language, and whether the text leaves no doubt of it."""
    sample = text[:_SAMPLE]
    writing = script(sample)
    if writing in ("CJK", "HIRAGANA", "KATAKANA", "FULLWIDTH"):
        kana = sum("\u3040" <= letter <= "\u30ff" for letter in sample)
        return ("ja" if kana * 20 > len(re.findall(r"[\u4e00-\u9fff]", sample)) else "zh"), True
    if writing in _BY_SCRIPT:
        return _refined(_BY_SCRIPT[writing], sample), True
    words = [word.lower() for word in _WORD.findall(sample)]
    if len(words) < _LONG_ENOUGH:
        return ("", False) if writing != "CYRILLIC" else ("ru", False)
    return _by_words(words, cyrillic=writing == "CYRILLIC")


def _by_words(words: list[str], *, cyrillic: bool) -> tuple[str, bool]:
    slavic = {"ru", "uk", "bg", "sr"}
    counts = {
        name: sum(word in common for word in words) for name, common in _SETS.items() if (name in slavic) == cyrillic
    }
    best, second = sorted(counts, key=counts.__getitem__, reverse=True)[:2]
    if cyrillic and any(letter in word for word in words for letter in "іїєґ"):
        best = "uk" if counts["uk"] * 2 >= counts["ru"] else best
    if not counts[best]:
        return ("ru" if cyrillic else "", False)
    return best, counts[best] > 0.12 * len(words) and counts[best] > 1.5 * counts[second]


def _refined(language: str, sample: str) -> str:
    """Persian and Urdu share the Arabic script; their own letters tell."""
    if language == "ar" and re.search(r"[پچژگک]", sample):
        return "ur" if re.search(r"[ٹڈڑےں]", sample) else "fa"
    return language
