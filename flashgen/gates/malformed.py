"""A side is empty, or holds what is no card: small talk, broken marks, leftovers of the model's format."""

from __future__ import annotations

import html
import re

from flashgen.gates._prose import CODE, any_of, own, prose, without_code
from flashgen.text import fold
from flashgen.types import Draft, Finding, Kind, Passage, Verdict

_SMALL_TALK = re.compile(
    r"^(?:(?:sure|certainly|of course|okay|great|absolutely)\s*[!,.]\s*(?:here|i\b|let|the|this)"
    r"|(?:(?:that's|that is|what) an? )?(?:great|good|excellent|interesting|nice) (?:question|point)(?:\s*[!.]| - )"
    r"|(?:i'm |i am |i'd be )?(?:happy|glad) to (?:help|explain|answer)\b|here(?:'s| is"
    r"| are) \w+\b"
    r".{0,40}\b(?:question|answer|card|flashcard)s?\b|(?:i'm sorry|i am sorry|sorry)\b|as an ai\b|i (?:can't"
    r"|cannot|can not|am unable|don't know|do not know)\b"
    r"|i hope this|let me know\b|based on the (?:given |provided )?(?:passage|text|context|article)|(?:конечно"
    r"|разумеется|хорошо|отлично)\s*[!,.]\s*(?:вот|я|сейчас)"
    r"|(?:это )?(?:отличный|хороший|прекрасный|интересный|замечательный) вопрос(?:\s*[!.]| - )|(?:с радостью|рада?)"
    r" (?:помогу|помочь|объясню|объяснить|отвечу|ответить)(?!\w)"
    r"|вот (?:ваш|нескольк|карточк|вопрос|ответ)|как (?:языковая модель|ии\b)|(?:извините|к сожалению)\s*,"
    r"|я не (?:могу|знаю)\b|надеюсь, (?:это|что)"
    r"|на основе (?:данного |предоставленного )?(?:текста|отрывка|контекста))"
)
_TALK_AFTER = re.compile(
    r"(?:let me know if|hope (?:this|that) helps|feel free to|would you like (?:me|more)|if you need (?:more"
    r"|any)|надеюсь, (?:это )?помо|дайте знать|если (?:вам )?нужн[оы] (?:еще|больше))"
)
_LABEL = re.compile(
    r"^[*_#\s]*(?:(?:question|answer|вопрос|ответ|front|back|flashcard|карточка)\s*(?:№?\s*\d+)?\s*[*_]*\s*[:.]"
    r"|[qaво]\d*\s*:)[*_]*\s*\S"
)
_NOTHING = re.compile(
    r"^[(\[]?(?:n/?a|tbd|todo|not (?:specified|mentioned|stated|provided|given|available|applicable|clear)\b.*"
    r"|(?:the )?(?:passage|text|article) does(?: not|n't) (?:say|mention|state|specify|provide)\b.*"
    r"|no answer|see above|same as above"
    r"|не (?:указан|упомянут|упоминается|сказан|определен|извест)\w*\b.*|нет (?:ответа|данных|информации)"
    r"|см\. выше)[)\]]?[.!]?$"
)
_JSON = any_of(
    r"^\s*[\[{]+\s*\"(?:question|answer|cards|kind|quote|front|back)\"",
    r"\"\s*,\s*\"(?:answer|quote|importance)\"\s*:",
)
_PLACEHOLDER = re.compile(
    r"[<\[{](?:insert|your|question|answer|term|concept|topic|вопрос|ответ|термин)\b[^<>\[\]{}]{0,30}[>\]}]"
)
_CLOZE = re.compile(r"\{\{c?\d*::|\{\{c\d|\[\[oc\d")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z][a-z0-9]{1,20});", re.I)
_STUTTER = re.compile(r"(?<!\w)(\w{2,})(?:\W+\1(?!\w)){3,}")
_TOUCHING = re.compile(r"`\w|[\w)]`")
"""A backtick that begins or ends something: one that stands by itself may be what a card asks for."""
_WHOLE_FENCE = re.compile(
    r"^\s*(?:`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^\n]*\n(?P<inside>.*?)\n?[ \t]*(?:`{3,}|~{3,})\s*$", re.S
)
_NO_CODE = frozenset(("json", "markdown", "md", "text", "txt", "plaintext", "flashcard"))
_CODE_LIKE = re.compile(
    r"[=(){};<>$|\\/\[\]_]|^\s*(?:select|git|docker|sudo|npm|pip|cd|ls|import|from|def|class|return)\b", re.I | re.M
)


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """Both sides, one after the other; the answer of a cloze card may be empty."""
    sides = [("question", draft.question), ("answer", draft.answer)]
    if draft.kind is Kind.CLOZE:
        sides = [(name, text) for name, text in sides if name == "question" or text.strip()]
    for name, text in sides:
        if reason := _fault(name, text, cloze=draft.kind is Kind.CLOZE and name == "question"):
            return Finding("malformed", Verdict.REJECT, reason)
    return None


def _fault(name: str, text: str, *, cloze: bool) -> str:
    """What is wrong with one side, '' if nothing is."""
    if not any(map(str.isalnum, text)) and not _is_sign(name, text):
        return f"the {name} is empty" if not text.strip() else f"the {name} has neither letters nor digits"
    folded = fold(prose(text))
    if "\ufffd" in text:
        return f"the {name} has characters that could not be read"
    if _fenced(name, text):
        return f"the {name} stands in a code fence"
    if len(re.findall(r"^[ \t]*(?:`{3,}|~{3,})", text, re.M)) % 2:
        return f"a code fence of the {name} is not closed"
    if _JSON.search(text):
        return f"the {name} holds JSON of the model's reply"
    if _SMALL_TALK.match(folded) or (name == "answer" and _TALK_AFTER.search(folded)):
        return f"the {name} holds the model's small talk"
    if _LABEL.match(fold(without_code(text))):
        return f"the {name} begins with a label"
    if name == "answer" and _NOTHING.match(folded):
        return "the answer says that there is none"
    if not cloze and _CLOZE.search(folded):
        return f"the {name} has a stray cloze mark"
    if _PLACEHOLDER.search(folded):
        return f"the {name} has a placeholder that was not filled in"
    if text.count("`") % 2 and "``" not in text and _TOUCHING.search(text):
        return f"a backtick of the {name} has no partner"
    if entity := next((found for found in _ENTITY.findall(without_code(text)) if html.unescape(found) != found), None):
        return f"the {name} has a stray {entity}"
    if _STUTTER.search(own(text)):
        return f"the {name} repeats a word over and over"
    return ""


def _is_sign(name: str, text: str) -> bool:
    """An operator in code is an answer: `&&`, `::`."""
    return name == "answer" and bool(CODE.search(text)) and bool(text.strip("` \n"))


def _fenced(name: str, text: str) -> bool:
    """A fence around the whole side, unless it is an answer that is code."""
    whole = _WHOLE_FENCE.match(text)
    if not whole or "```" in whole["inside"]:
        return False
    language = whole["language"].casefold()
    prose_inside = not language and not _CODE_LIKE.search(whole["inside"])
    return name == "question" or language in _NO_CODE or prose_inside
