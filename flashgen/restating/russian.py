"""Russian sentences as question and answer.

A question in Russian keeps the order of the words, so that more can be asked by grammar than in English.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flashgen.restating import Form, Restated
from flashgen.restating.naming import uncapitalised
from flashgen.standalone import unified
from flashgen.text import words
from flashgen.vocabulary import content, generic, listed

_MOST_WORDS = 24
_NOT_FIRST = listed(
    """это этот эта эти он она оно они его ее их все каждый каждая любой один одна одно другой другая другие такой такая
    такие первый вторая второй третий какой если когда при для после до без из в на с к от по у за над под через между
    чтобы как что так также тоже но а и или не нет т.е т.к например пусть пример примером задача проблема идея вопрос
    поскольку пока хотя однако поэтому затем ведь лишь даже именно если бы создание
    здесь там тут часть другим следующий кроме вместо можно нужно вот сама сам само главное основной основная"""
)
_LEANS = re.compile(
    r"\b(?:эт(?:от|а|о|и|ого|ой|ому|им|их|ими|ом|у)|мы|нас|нам|наш\w*|я|меня|мне|мо[йяеи]|вы|вас|вам|ваш\w*|ты|тебе|"
    r"там|здесь|тут|выше|ниже|так(?:ой|ая|ое|ие|ого|им|их))\b"
)
_FINITE = re.compile(
    r"\b(?:долж(?:ен|на|но|ны)|мо(?:жет|гут|жно)|нужн\w+|есть|был\w*|буд(?:ет|ут)|\w{3,}(?:ется|ются|ает|яет|ают|яют|ует|"
    r"уют|ит|ят|ат))\b"
)


def restated(text: str, seen: str, about: str) -> Restated | None:
    """`text`, a sentence without its full stop, as question and answer; None if it has none of the known forms."""
    for form in _FORMS:
        found = form(text, seen, about)
        if found and _is_sound(found):
            return found
    return None


def _is_sound(found: Restated) -> bool:
    asked, said = words(found.question), words(found.answer)
    if not (3 <= len(asked) <= 24 and 1 <= len(said) <= _MOST_WORDS) or re.search(r"[:;]|\. |[,(]$", found.answer):
        return False
    both = unified(f"{found.question.removeprefix('Что такое')} {found.answer}")
    return found.answer.count("(") == found.answer.count(")") and not _LEANS.search(both)


def _is_subject(text: str, about: str, most: int = 5) -> bool:
    """Whether `text` names something without what stands before it."""
    low = [unified(word).strip('()«»"') for word in text.split()]
    if not 1 <= len(low) <= most or low[0] in _NOT_FIRST or re.search(r"[:;?!=()]|\d+\)|^[^\w«\"]|\b[тТ]\.", text):
        return False
    if {"и", "или", "который", "которая", "которое", "которые", "его", "ее", "их", "не"} & set(low):
        return False
    if _FINITE.search(" ".join(low)):
        return False
    matter = [stem for stem in content(text) if stem not in generic()]
    if not matter:
        return False
    return (
        len(matter) > 1
        or len(low) > 2
        or any(map(str.isupper, text[1:]))
        or "A" <= text[0] <= "Z"
        or matter[0] in content(about)
    )


def _name(text: str, seen: str) -> str:
    """`text` inside a question; what is in Latin letters stays as it is."""
    return uncapitalised(text, seen) if "А" <= text[:1] <= "Я" and not text[1:2].isupper() else text


# --- what it is -------------------------------------------------------------------------------------

_DASH = re.compile(r"^([^,.:;—–]{2,60}?)(?: \([^()]{1,40}\))? (?:—|–|-) (?:это )?([а-яё].+)$")
_IS_A = re.compile(r"^([^,.:;—–]{2,60}?) (представля(?:ет|ют) собой) (.+)$")
_NO_GENUS = re.compile(
    r"^(?:просто|всегда|хорош\w+|плох\w+|важн\w+|отличн\w+|один из|одна из|одно из|не|же|лишь|довольно|очень|тоже|"
    r"только|проблем\w*|задач\w*|вопрос\w*|верн\w*|наиболее|самы\w+|лучш\w+|замена|главн\w+|основн\w+|частн\w+|экземпляр\w*)\b"
)


def _definition(text: str, seen: str, about: str) -> Restated | None:
    found = _DASH.match(text)
    if not found or not _is_subject(found[1], about):
        return None
    said = _first_clause(found[2])
    head = re.split(r",| котор", said)[0]
    if _NO_GENUS.match(unified(said)) or _FINITE.search(unified(head)) or len(words(said)) < 4:
        return None
    return Restated(Form.DEFINES, f"Что такое {_name(found[1], seen)}?", said)


def _presents(text: str, seen: str, about: str) -> Restated | None:
    found = _IS_A.match(text)
    if not found or not _is_subject(found[1], about):
        return None
    said = _first_clause(found[3])
    if len(words(said)) < 3 or _NO_GENUS.match(unified(said)):
        return None
    return Restated(Form.DEFINES, f"Что {found[2]} {_name(found[1], seen)}?", said)


def _first_clause(said: str, least: int = 3) -> str:
    cut = re.split(r"(?:, (?:но|а|однако|поэтому|так что|поскольку|хотя|он|она|оно|они|это)\b|; | [—–] )", said)[0]
    return cut if len(words(cut)) >= least else said


# --- what it has to do with others --------------------------------------------------------------------

_GOVERNED: tuple[tuple[str, str], ...] = (
    (r"отвеча(?:ет|ют) за", "За что"),
    (r"состо(?:ит|ят) из", "Из чего"),
    (r"зависит от|зависят от|не долж(?:ен|на|но|ны) зависеть от|долж(?:ен|на|но|ны) зависеть от", "От чего"),
    (r"предназначен[аоы]? для|служ(?:ит|ат) для|используется для|используются для|нуж(?:ен|на|но|ны) для", "Для чего"),
    (r"(?:осуществляется|создается|создаётся|выполняется|достигается|происходит|задается|реализуется|создаются|"
     r"выполняются|задаются|реализуются|описывается|описываются) с помощью", "С помощью чего"),
    (r"(?:мо(?:жет|гут) )?(?:ссыла(?:ться|ется|ются)|влия(?:ть|ет|ют)|опира(?:ться|ется|ются)|указыва(?:ть|ет|ют)|"
     r"дел(?:ится|ятся)) (?:только )?на", "На что"),
    (r"(?:проход(?:ит|ят)|обща(?:ется|ются)|взаимодейству(?:ет|ют)) (?:только )?через", "Через что"),
    (r"привод(?:ит|ят) к", "К чему"),
    (r"защища(?:ет|ют) от|избавля(?:ет|ют) от", "От чего"),
    (r"отлича(?:ется|ются) от", "Чем"),
)  # fmt: skip
_WORTH = re.compile(
    r"^((?:Цель|Задача|Роль|Назначение|Недостаток|Преимущество|Минус|Плюс|Смысл|Суть|Особенность|Проблема|Идея|Отличие)"
    r" [^,.:;—–]{3,60}?) (?:—|–|-) (?:это )?(?:в том, )?(.+)$"
)
_LIES_IN = re.compile(r"^([^,.:;—–]{3,70}?) (заключается|состоит) в том, (.+)$")
_FOR_WHAT = re.compile(
    r"^Для ([^,.:;—–]{3,60}?) (использу[ею]тся|служ[ия]т|применя[ею]тся|предназначен[аоы]?) ([^,]+.*)$"
)
_WITH = re.compile(r"^([^,.:;—–]{3,60}?) можно (\w+ть(?:ся)?)((?: [^,.:;—–]{1,40})?) (с помощью|через) (.+)$")
_NAMED = re.compile(r"^(.{12,90}?),? (называ(?:ется|ются)) (.{3,60})$")


def _governed(text: str, seen: str, about: str) -> Restated | None:
    for pattern, asks in _GOVERNED:
        found = re.match(rf"^([^,.:;—–]{{2,70}}?) ({pattern}) (.+)$", text)
        if not found or not _is_subject(found[1], about, 6):
            continue
        verb, said = found[2], _first_clause(found[3], 1)
        subject = _name(found[1], seen)
        if asks == "Чем":
            apart = re.match(r"(.{3,60}?),? тем, что (.+)$", found[3])
            return Restated(Form.RELATES, f"Чем {subject} {verb} {apart[1]}?", apart[2]) if apart else None
        only = "только " if re.search(r" только \w+$", verb) else ""
        preposition = re.sub(r"^.* ", "", verb)
        if preposition == "помощью":
            preposition = "с помощью"
        verb = re.sub(rf" (?:только )?{preposition}$", "", verb)
        if len(content(said)) < 1 or (asks == "К чему" and len(words(said)) < 2):
            return None
        return Restated(Form.RELATES, f"{asks} {verb} {subject}?", f"{only}{preposition} {said}")
    return None


def _named(text: str, seen: str, about: str) -> Restated | None:
    found = _NAMED.match(text)
    if not found or len(words(found[1])) < 3 or unified(found[1]).split()[0] in _NOT_FIRST or "," in found[3]:
        return None
    closed = "," if "," in found[1] else ""
    if closed and not re.search(r", (?:котор|\w+(?:щ|вш|нн)\w+)", found[1]):
        return None
    return Restated(Form.DEFINES, f"Как {found[2]} {_name(found[1], seen)}?", found[3])


def _worth(text: str, seen: str, about: str) -> Restated | None:
    if found := _WORTH.match(text):
        said = re.sub(r"^(?:что|чтобы) ", "", found[2]) if found[2].startswith("что ") else found[2]
        return Restated(Form.RELATES, f"В чём состоит {_name(found[1], seen)}?", _first_clause(said))
    found = _LIES_IN.match(text)
    if found and _is_subject(found[1], about, 6):
        said = re.sub(r"^что ", "", found[3])
        return Restated(Form.RELATES, f"В чём {found[2]} {_name(found[1], seen)}?", _first_clause(said))
    return None


def _means(text: str, seen: str, about: str) -> Restated | None:
    if (found := _FOR_WHAT.match(text)) and len(content(found[1])) > 1:
        said = _first_clause(found[3])
        return None if _FINITE.match(unified(said)) else Restated(Form.RELATES, f"Что {found[2]} для {found[1]}?", said)
    found = _WITH.match(text)
    if found and _is_subject(found[1], about):
        asks = "С помощью чего" if found[4] == "с помощью" else "Через что"
        said = f"{found[4]} {_first_clause(found[5])}"
        return Restated(Form.RELATES, f"{asks} можно {found[2]}{found[3]} {_name(found[1], seen)}?", said)
    return None


# --- why ----------------------------------------------------------------------------------------------

_BECAUSE = re.compile(r"^(.{10,120}?),? (?:потому что|поскольку|так как|т\. ?к\.) (.{12,})$")
_LEADING = re.compile(r"^(?:Так как|Поскольку|Т\. ?к\.|Из-за того,? что) ([^,]{10,}), (?:то )?(.{10,120})$")
_FOR = re.compile(r"^([^,.:;—–]{2,60}?) (нуж(?:ен|на|но|ны)|необходим[аоы]?), чтобы (.{10,})$")


def _reason(text: str, seen: str, about: str) -> Restated | None:
    if found := _BECAUSE.match(text):
        main, reason = found[1], found[2]
    elif found := _LEADING.match(text):
        main, reason = found[2], found[1]
    else:
        return None
    low = unified(main).split()
    if low[0] in _NOT_FIRST - {"не", "для", "при", "в", "на"} or re.search(r"[,;:—]", main) or len(low) < 3:
        return None
    matter = [stem for stem in content(main) if stem not in generic()]
    if len(matter) < 2 or re.match(r"(?:он|она|оно|они|это|эт\w+|их|его|ее)\b", unified(reason)):
        return None
    if re.search(r"\b\w+(?:аем|яем|уем|им|ем)\b", unified(main)):
        return None
    return Restated(Form.EXPLAINS, f"Почему {_name(main, seen)}?", _first_clause(reason))


def _purpose(text: str, seen: str, about: str) -> Restated | None:
    found = _FOR.match(text)
    if found and _is_subject(found[1], about):
        return Restated(Form.EXPLAINS, f"Зачем {found[2]} {_name(found[1], seen)}?", f"чтобы {found[3]}")
    return None


_IF = re.compile(r"^(Если|Когда) ([^,]{12,90}), (?:то )?(.{10,120})$")
_PERSON = re.compile(r"\b(?:\w+(?:ешь|ишь|ем|им|ете|ите|йте)|бы|\w+ть)\b")


def _condition(text: str, seen: str, about: str) -> Restated | None:
    found = _IF.match(text)
    if not found:
        return None
    word, given, main = found[1].casefold(), found[2], _first_clause(found[3])
    if not all(_FINITE.search(unified(part)) for part in (given, main)) or _PERSON.search(unified(f"{given} {main}")):
        return None
    if not set(content(given)) & set(content(about)) or re.match(r"(?:не|он|она|оно|они|и)\b", unified(given)):
        return None
    if re.match(r"(?:он|она|оно|они|его|ее|их)\b", unified(main)):
        return None
    return Restated(Form.FOLLOWS, f"Что происходит, {word} {given}?", main)


_FORMS: tuple[Callable[[str, str, str], Restated | None], ...] = (
    _reason,
    _purpose,
    _condition,
    _worth,
    _means,
    _governed,
    _named,
    _presents,
    _definition,
)
