"""Can a sentence stand alone? For choosing what to make cards from.

It must be whole, make sense without its neighbours, and say something of the matter rather than of the text, its author
or its reader. English and Russian; of other languages only the shape is looked at.
"""

from __future__ import annotations

import re

from flashgen.text import words
from flashgen.vocabulary import listed

_LEAST_WORDS, _MOST_WORDS = 7, 38


def phrases(text: str, *, start: bool = False) -> re.Pattern[str]:
    """A pattern for the phrases of `text`, parted by semicolons; `*` is any ending of a word. With `start`, only at the
    beginning."""
    every = (re.escape(" ".join(phrase.split())).replace(r"\*", r"\w*") for phrase in text.split(";") if phrase.strip())
    return re.compile(rf"{'^' if start else ''}(?<!\w)(?:{'|'.join(every)})(?!\w)")


def unified(text: str) -> str:
    """`text` as the phrases of this module are written: without letter case, straight apostrophes, ё as е."""
    return text.casefold().replace("’", "'").replace("ё", "е")


def stands_alone(text: str) -> bool:
    """Whether a sentence is whole, and makes sense to someone who has not read its neighbours."""
    if not _is_whole(text) or _UNSAYABLE.search(text):
        return False
    low = unified(text)
    return words(text)[0] not in _FIRST_WORDS and not any(pattern.search(low) for pattern in _LEANING)


def _is_whole(text: str) -> bool:
    """Of a sensible length, from a beginning to a full stop, with brackets and quotes in pairs, and mostly of words."""
    begins = text[:1].isupper() or text[:1].isdigit() or text[:1] in "\"'«“`("
    ends = text.endswith((".", '."', ".”", ".)", ".»")) and not _CUT_SHORT.search(text)
    paired = all(text.count(a) == text.count(b) for a, b in ("()", "[]", "«»", "“”")) and text.count('"') % 2 == 0
    worded = sum(map(str.isalpha, text)) >= 0.7 * len(text.replace(" ", ""))
    return begins and ends and paired and worded and _LEAST_WORDS <= len(words(text)) <= _MOST_WORDS


_CUT_SHORT = re.compile(r"\b[^\W\d_]\.$")
_UNSAYABLE = re.compile(r"https?://|www\.|\S@\S|[{}<>\\=|]|\w+\(\)|\.\.\.|…|\$ |::|[\w-]+/[\w-]+/")

# --- what leans on neighbours, the text, its author or its reader -----------------------------------

_FIRST_WORDS = listed(
    """this these those it its it's they them their he his him she her such here there that both each either neither
    another others former latter same so then thus hence but and or also yet again besides instead otherwise
    similarly likewise conversely however therefore moreover furthermore additionally consequently nevertheless
    meanwhile finally first firstly second secondly third thirdly next lastly now today currently recently see read
    check click note notice remember consider imagine suppose let let's try look watch get learn explore discover
    enjoy follow join download subscribe sign thanks thank please sorry yes no ok okay well sure maybe perhaps
    luckily unfortunately fortunately obviously clearly basically actually why how what who which where whose
    это этот эта эти этого этому этой этим этими он она оно они его ее их ему ей им такой такая такое такие там тут
    здесь тогда поэтому потому также тоже однако но а и или зато затем потом далее итак значит наконец кроме впрочем
    напротив наоборот иначе сначала теперь сейчас сегодня недавно смотрите смотри читайте подробнее обратите
    заметьте помните рассмотрим представим представьте допустим давайте попробуйте посмотрим перейдем подписывайтесь
    спасибо да нет почему как что кто какой какая какие где зачем например конечно возможно видимо кстати собственно
    вот тем иными первый вторая второй второе первое третий"""
)
_FIRST_PHRASES = phrases(
    """if you; as you; as a result; for example; for instance; in addition; in this; in that; in other words; on the
    other hand; at the same time; at this; at that; by doing; to do this; because of this; all of; some of; one of
    the; with this; with that; more on; more info; to learn more; for more; as mentioned; as described; as shown;
    один из; одна из; одно из; таким образом; кроме того; в итоге; в результате; с другой стороны; то есть; к
    сожалению; на самом деле; в этом; при этом; для этого; после этого; в свою очередь; другими словами""",
    start=True,
)
_PERSON = phrases(
    """i; i'm; i've; i'd; i'll; me; my; mine; we; we're; we've; we'll; us; our; ours; let's;
    я; мне; меня; мной; мой; моя; мои; мою; моей; мы; нас; нам; наш; наша; наше; наши; нашей; нашем; нашего; вам;
    вас; ваш; ваша; ваши; вашем"""
)
_POINTER = phrases(
    """this; these; those; above; below; earlier; later on; previous section; previous chapter; previous example; next
    section; next chapter; next example; following; aforementioned; article; post; blog; chapter; tutorial; readme;
    as mentioned; as described; as shown; in the figure; in the diagram; in the picture; in the image; in the
    example; in which that; if that; when that; some later; at some point; after that; before that; until that; like
    that; do so; does so; doing so;
    этот; эта; эти; этого; этой; этому; этим; этих; этом; эту; выше; ниже; стать*; глава; главе; главы; следующий;
    следующая; следующее; следующие; следующего; следующей; следующих; следующем; вышеупомянут*; вышесказанн*;
    данный; данная; данное; данного; данной; данном; данную; рис; рисунк*; таблица; таблице; листинг*"""
)
_SUCH = re.compile(r"\bsuch (?!as\b)|\bтак(?:ой|ая|ое|ие|ого|их|им|ую)\b(?!,? как)")
_NUMBERED = re.compile(
    r"\b(?:figure|fig\.|table|listing|diagram|section|appendix|statement|step|line|example|phase|item|row)s? ?\d"
)
_DANGLING = re.compile(
    r"\b(?:do|does|did|is|are|was|were|can|will|would|should) not?[,;.]|"  # what they do not, the sentence before says
    r"^(?:since|if|when|as|while|because|although|though|once|after|before|unless|until|whenever|using|with|for|in|by) "
    r"(?:it|they|this|these|those|that|he|she|them|its|their)\b|"
    r"^(?:если|когда|поскольку|так как|хотя|после|до|для|при) (?:он|она|оно|они|это|этого|этом|него|нее|них|его|их)\b|"
    r"(?<![-–—] )\bэто\b|"
    r"^(?!.*\w{3,}s\b.*\b(?:them|they|their)\b).*\b(?:them|they|their)\b"  # a plural that they could stand for
)
_PROMOTION = phrases(
    """subscribe; newsletter; learn more; visit; sign up; sponsor*; patreon; follow me; follow us; twitter; copyright;
    all rights reserved; cookie policy; cookies policy; click; stay tuned; happy coding; happy hacking; pull
    request*; contributing to; contribute to; contributors; star the repo; star this repo; star the project;
    подпис*; реклам*; скидк*; промокод*; телеграм*; вебинар*"""
)
_EMPTY = re.compile(
    r"\b(?:is|are) an? (?:[\w-]+,? ){0,5}"
    r"(?:topic|subject|problem|question|idea|thing|feature|tool|matter|challenge|example|choice|story|reference|task)\.$"
)
"""A "definition" that only says how large, deep or difficult something is."""
_WITHOUT_SUBJECT = re.compile(
    r"^(?:[a-z]+ly )?(?:throws|creates|tells|holds|returns|gets|sets|adds|removes|makes|runs|calls|takes|gives|shows|"
    r"checks|sends|reads|writes|starts|stops|waits|allows|enables|provides|defines|specifies|determines|indicates|uses|"
    r"contains|represents|converts|loads|opens|closes|prints|emits|fires|causes|controls|supports|handles|works)\b"
)
"""How the documentation of a function speaks of it."""
_LEANING = (
    *(_FIRST_PHRASES, _PERSON, _POINTER, _SUCH, _NUMBERED, _DANGLING, _PROMOTION),
    *(_EMPTY, _WITHOUT_SUBJECT),
)
