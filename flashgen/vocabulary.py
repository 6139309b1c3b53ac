"""Words that carry little meaning of their own, in English and Russian, and what is left without them."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from flashgen.text import fold, script, stem, words


def listed(text: str) -> frozenset[str]:
    """The words of `text`, parted by white space, as a set."""
    return frozenset(text.split())


ENGLISH = listed(
    """a about above after again against all also although always am among an and another any are aren't around as at
    away back be became because become becomes been before being below between both but by came can can't cannot come
    comes could couldn't did didn't do does doesn't doing don't done down during each either else enough even ever every
    few for from further get gets getting give given gives go goes had has hasn't have haven't having he her here hers
    him himself his how however i if in instead into is isn't it its it's itself just keep keeps know known last least
    less let lets like made make makes many may me might more most much must my myself need needed needs neither never
    next no nor not nothing now of off often on once one only onto or other others ought our ours out over own per
    perhaps put quite rather really same say says see seem seen shall she should shouldn't since so some something still
    such take takes than that that's the their theirs them themselves then there these they thing things this those
    though through thus to too toward towards under unless until up upon us use used uses using usually very via was
    wasn't way ways we well were weren't what what's whatever when whenever where whereas wherever whether which while
    who whole whom whose why will with within without won't would wouldn't yet you your yours yourself"""
)
RUSSIAN = listed(
    """а без более больше будет будто будут бы был была были было быть в вам вами вас ваш вдруг ведь весь во вот впрочем
    все всегда всего всей всем всеми всех всю всяк вы где да даже для до его ее ей ему если есть еще ею же за зачем
    здесь и из изо или им ими иногда их к каждая каждого каждое каждой каждый как какая какие каким каких какого какое
    какой каком какому какую ко когда конечно которая которого которое которой котором которому которую которые который
    которым которых кроме кто куда ли либо лишь лучше между меня мне много может могут можно мои мой мы на над надо
    наиболее нам нами нас наш не него нее ней нельзя нем нему несколько нет ни нибудь никогда ним ними них ничего но
    ну нужно о об обычно один одна одни одно однако одного одной около он она они оно от откуда отчего очень перед по
    под пока после потом потому почему почти при про просто против пусть раз разве с сам сама само самого самой самый
    свое своего своей свои своих свой свою себе себя сейчас со собой собственно совсем так такая такие таким таких
    такого такое такой также там те тебе тебя тем теперь тех то тобой тогда того тоже той только том тому тот точно тоя
    ту туда тут ты у уж уже хоть хотя чего чей чем через что чтоб чтобы чье чья эта эти этим этих это этого этой этом
    этому этот эту является являются я чему каков какова каково каковы сколько скольких сколькими кого
    кому кем ком чьи"""
)
STOP = ENGLISH | RUSSIAN
"""Words of grammar: they stand in every text."""

_GENERIC_WORDS = listed(
    """called call calls name names named term terms mean means meaning purpose purposes goal goals aim role function
    kind kinds type types sort main primary key important importance benefit benefits advantage advantages
    disadvantage disadvantages drawback drawbacks problem problems issue reason reasons cause causes effect
    effects result results happen happens work works working definition define defined defines describe
    describes explain example examples concept idea approach method technique difference differ differs
    different similar compare compared common general specific typical various certain system systems process
    feature features part parts case cases thing things word words point help helps allow allows provide
    provides ensure ensures achieve perform performs handle solve solves serve serves stand stands refer refers
    characterize best first new good better fact level form называется называют называть назовите термин термина
    значит означает означают значение смысл цель цели роль функция функции вид виды тип типы основной основная
    основное основные главный главная главное ключевой важный важно важна преимущество преимущества
    преимуществом недостаток недостатки недостатком проблема проблему проблемы причина причины следствие
    результат результате происходит происходят работает работают определение определяет пример понятие идея
    подход метод способ разница отличие отличается отличаются различие различия общий система системы системе
    процесс часть части случай случае случаях слово слова помогает позволяет позволяют обеспечивает обеспечивают
    выполняет решает решают служит служат задача задачу задачи лучше делает делают новый первый хороший факт
    уровень форма использует используют используется используются применяется применяют нужен нужна нужны"""
)


@lru_cache(maxsize=1)
def generic() -> frozenset[str]:
    """The stems of words that fit any subject: they say nothing of what a card is about."""
    return frozenset(map(stem, _GENERIC_WORDS))


def content(text: str, language: str = "") -> tuple[str, ...]:
    """The stems of the words of `text` that carry meaning, in order; the parts of hyphenated words one by one."""
    return _short_content(text, language) if len(text) < _SHORT else _content(text, language)


def _content(text: str, language: str) -> tuple[str, ...]:
    return tuple([stem(word, language) for word in words(_parted(text)) if word not in STOP])


_SHORT = 1000
"""Characters of the texts, such as questions and answers, that are asked for again and again."""
_short_content = lru_cache(maxsize=4096)(_content)


def _parted(text: str) -> str:
    """`text` with a space for every hyphen between letters, after folding: soft hyphens are gone by then."""
    return _HYPHEN.sub(" ", fold(text).replace("_", " "))


_HYPHEN = re.compile(r"-(?<=[^\W\d_]-)(?=[^\W\d_])|/")

_OTHER_LATIN = {
    "de": listed("der die das und ist ein eine nicht mit für auf wird werden wie welche welcher welches was von im zu"),
    "fr": listed("le la les des est une un et du que qui dans pour pas quel quelle quels sont avec sur au aux ce"),
    "es": listed("el la los las es una un y de que en para por con del qué cuál cómo se son al lo"),
    "it": listed("il lo la gli le è una un e di che per con del della cosa quale come sono nel non si"),
    "pt": listed("o a os as é uma um e de que em para por com do da qual como são no na não se"),
    "nl": listed("de het een en is van dat niet met voor wat welke hoe zijn wordt op te bij aan"),
    "pl": listed("jest nie na do co się jak który która które oraz przez dla od są to czy w z"),
    "sv": listed("är och en ett att det som för inte med vad hur vilken av på den till"),
    "cs": listed("je a se na co jak který která není pro jsou nebo od ve že"),
    "tr": listed("bir ve bu ne için ile nedir olan hangi nasıl değil mi"),
}  # fmt: skip
_UKRAINIAN = re.compile(r"[іїєґў]", re.I)


@lru_cache(maxsize=2048)
def writing(text: str) -> str:
    """The script of a card's text: "CYRILLIC" from a third of the words on, as names and terms often stay Latin."""
    found = [] if text.isascii() else [script(word) for word in words(text)]
    return "CYRILLIC" if found and found.count("CYRILLIC") * 3 >= len(found) else script(text)


@lru_cache(maxsize=2048)
def guess(text: str) -> str:
    """The language that `text` seems to be written in, "en" or "ru", else '': from its letters and small words."""
    written = writing(text)
    if written == "CYRILLIC":
        return "" if _UKRAINIAN.search(text) else "ru"
    if written != "LATIN":
        return ""
    counts = Counter(words(text))
    english, *others = (
        sum(counts[word] for word in counts.keys() & small) for small in (ENGLISH, *_OTHER_LATIN.values())
    )
    other = max(others)
    return "en" if english >= other else ""
