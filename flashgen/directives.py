"""Sentences of a text that speak to a language model instead of a reader: prompt injection.

A text may tell *of* such sentences: what stands in quotation marks or inline code is a mention, and only its own
sentence is set apart. What speaks to a model outright takes its whole paragraph or code block along, since what follows
"ignore your instructions" is rarely meant for readers. English and Russian in full, the commonest turns of a few more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flashgen.sentences import split as sentences
from flashgen.text import plain

_MODEL = (
    r"(?:ai|a\.i\.|llms?|(?:large )?language models?|assistants?|chat ?bots?|chatgpt|gpt(?:-\d\w*)?|claude|gemini|"
    r"(?:ai |automated |llm )(?:systems?|tools?|readers?|agents?|models?)|summari[sz]ers?|"
    r"flash ?cards? (?:generators?|makers?|writers?))"
)
_START = r"(?:^|[.!?:;\]>)*—–“«„\"'`-]\s*|\b(?:please|now|then|and|just|instead|must|should|immediately|you are to),? )"
_YOURS = (
    r"(?:all|any|every|previous|prior|above|earlier|preceding|other|former|your|these|those|of|the|system|given|safety)"
)
_RULES = r"(?:instructions?|prompts?|guidelines?|directives?|system prompt|commands|orders|schema)"


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns of phrase that speak to a model: what finds them, and words of which each of them has at least one. Most
    texts have none of the words: so they are told at a glance."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]


def _turns(words: str, *patterns: str) -> Turns:
    """`words` are parted by slashes."""
    return Turns(tuple(words.split("/")), re.compile("|".join(f"(?:{one})" for one in patterns), re.I | re.M))


OUTRIGHT = (
    # what was said before is not to count
    _turns(
        "ignore/disregard/forget/override/bypass/discard/violate/abandon",
        rf"{_START}(?:ignore|disregard|forget|override|bypass|discard|violate|abandon) (?:{_YOURS} ){{1,5}}{_RULES}\b",
        rf"{_START}(?:ignore|disregard|forget) (?:everything|all|anything) (?:that (?:was|you were) )?"
        r"(?:above|before|told|said)",
    ),
    _turns(
        "инструкц/указани/промпт/сказанн/схем/задача/сообщени",
        r"^\W*(?:игнорируй\w*|проигнорируй\w*|забудь\w*|отбрось\w*|не обращай\w* внимания на) [^.!?\n]{0,40}"
        r"(?:инструкц|указани|промпт|сказанн|схем)",
        r"(?<=[.!?] )(?:игнорируй|забудь|отбрось)\w* [^.!?\n]{0,40}(?:инструкц|указани|промпт|сказанн|схем)",
        r"^\W*(?:новая|новые|системн\w+) (?:задача|инструкци\w*|указани\w*|сообщени\w*|промпт)\w* ?:",
    ),
    _turns(
        "anweisung/vorgaben/instruktion/instrucciones/instruções/instructions/consignes",
        r"\b(?:ignorier|vergiss|missachte)\w* [^.!?\n]{0,40}(?:anweisung|vorgaben|instruktion)",
        r"\b(?:ignora|olvida|desoye) [^.!?\n]{0,40}\binstrucciones|\bignore (?:todas )?as instruções",
        r"\b(?:ignore[zr]?|oublie[rz]?) (?:toutes )?(?:les|vos|tes) [^.!?\n]{0,20}(?:instructions|consignes)",
    ),
    _turns(
        "忽略/无视/忘记/無視",
        r"(?:忽略|无视|忘记)[^。\n]{0,20}(?:指令|指示|提示|规则)|(?:以前|前|すべて)の[^。\n]{0,10}指示を無視",
    ),
    # somebody else pretends to speak
    _turns(
        "system/assistant/developer/instruction",
        r"^\W*(?:system|assistant|developer)(?: (?:prompt|message|override|note|instructions?|update))?\W{0,3}:\s",
        r"^#{2,} *(?:system|instruction|assistant)s?\W*$",
    ),
    _turns(
        "inst]/system]/assistant]/<</<|",
        r"\[/?(?:inst|system|assistant)\]|<<\s?/?sys\s?>>|<\|[\w ]{2,30}\|>",
    ),
    _turns(
        "instruction/prompt/directive/passage/user input/untrusted",
        r"\b(?:new|updated|real|hidden|secret|system) (?:system )?(?:instructions?|prompt|directives?)"
        rf"(?: (?:for|to) (?:you|the model|(?:the )?{_MODEL}))? ?:",
        r"\b(?:end|begin|start)(?:ning)? of (?:the )?(?:passage|prompt|system prompt|user input|untrusted)",
    ),
    # a model is spoken to
    _turns(
        "dear/attention/note to/note for/hey/hello/message to/message for/instruction/addressed to",
        rf"\b(?:dear|attention|note (?:to|for)|hey|hello|message (?:to|for)|instructions? (?:to|for)|addressed to)"
        rf"\W{{1,3}}(?:(?:the|any|all|every|an?) )?{_MODEL}\b[^.!?\n]{{0,30}}[:,.!—–-]",
    ),
    _turns(
        "if you are/if you're/if you’re/if this is read by/if read by",
        rf"\bif (?:you are|you're|you’re|this is read by|read by) (?:an?|the|any)? ?(?:\w+ )?{_MODEL}\b",
    ),
    _turns(
        "you are now/you are no longer/you are actually",
        rf"\byou are (?:now|no longer|actually) [^.!?\n]{{0,40}}"
        rf"\b(?:{_MODEL}|dan|flash ?cards?|pirate|unrestricted|jailbroken)",
    ),
    _turns("you", rf"\bas an? {_MODEL},? you\b"),
    _turns(
        "если ты/если вы/раз ты/раз вы",
        r"(?:если|раз) (?:ты|вы)\W{1,4}(?:это )?(?:\w+ )?(?:ии\b|ai\b|бот|языков\w+ модел|нейросет|ассистент|llm)",
    ),
    _turns(
        "developer mode/god mode/jailbreak mode/dan mode/maintenance mode/debug mode",
        r"\b(?:developer|god|jailbreak|dan|maintenance|debug) mode[^.!?\n]{0,30}\b(?:enabled|activated)\b",
    ),
    # what is to be written: replies and cards of ours
    _turns(
        '"cards"/"decisions"/"ideas"/"verdicts"',
        r"\"(?:cards|decisions|ideas|verdicts)\"\s*:\s*\[",
    ),
    _turns(
        "reply/respond/answer/output",
        rf"{_START}(?:reply|respond|answer|output) (?:\w+ ){{0,2}}(?:only|exactly|verbatim|nothing|instead)\b",
    ),
    _turns(
        "card",
        r"\b(?:every|each|all|your|the) (?:of (?:the|your) )?flash ?cards?(?: you \w+)? "
        r"(?:must|shall|has to|have to)\b",
        r"\b(?:every|each) card (?:that you|you|must)\b",
        rf"{_START}(?:write|make|create|generate|add|include|produce) [^.!?\n]{{0,30}}\b(?:flash)?cards? "
        r"(?:that (?:says?|recommends?|links?|tells?)|with the (?:question|answer|quote)|whose (?:question|answer)|"
        r"(?:about|for) our\b|saying)",
    ),
    _turns(
        "you write/in your reply",
        r"\b(?:every|each|all)(?: of)?(?: your| the)? (?:answers?|questions?|quotes?) "
        r"(?:that you write|you write|in your reply)",
    ),
    _turns(
        "system prompt/your instructions/your prompt/your system/your context/your memory/your rules",
        rf"{_START}(?:reveal|repeat|print|show|output|copy|send|post|leak|include|translate|put) [^.!?\n]{{0,40}}"
        r"\b(?:system prompt|your (?:instructions|prompt|system|context|memory|rules))",
    ),
    _turns(
        "other articles/other passages/other cards/the conversation/previous articles/previous passages"
        "/previous messages",
        rf"{_START}(?:send|post|upload|forward|exfiltrate|transmit|leak) [^.!?\n]{{0,40}}"
        r"\b(?:other (?:articles|passages|cards)|"
        r"the conversation|previous (?:articles|passages|messages))",
    ),
    _turns(
        "call your/use your/invoke your/run your",
        rf"{_START}(?:call|use|invoke|run) your (?:\w+ )?(?:tool|function|browser|shell)s?\b",
    ),
    _turns(
        "ответь/отвечай/выведи/верни/карточк",
        r"^\W*(?:ответь|отвечай|выведи|верни)\w* (?:только|ровно|лишь)\b",
        r"(?<=[.!?] )(?:ответь|отвечай|выведи)\w* (?:только|ровно)\b",
        r"(?:кажд\w+|все) карточк\w+ (?:долж|обязан)",
        r"(?:создай|сделай|напиши|добавь)\w* карточк\w+ (?:с (?:вопрос|ответ)|про наш|о наш|со словами)",
    ),
)
_MENTIONED = re.compile(
    r"“[^”\n]{1,300}”|«[^»\n]{1,300}»|\"[^\"\n]{1,300}\"|(?<!`)`[^`\n]{1,300}`(?!`)|„[^“\n]{1,300}“"
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")


@lru_cache(maxsize=1024)
def speaks_to_model(text: str) -> bool:
    """Whether `text` tells a language model what to do, in its own voice and not as a mention in quotation marks."""
    return _outright(_MENTIONED.sub(" … ", _seen(text)))


@lru_cache(maxsize=256)
def for_readers(markdown: str) -> str:
    """`markdown` without what speaks to a model: whole paragraphs, items and code blocks, and of those that only
    mention it the sentences that do."""
    if not _outright(_seen(markdown)):
        return markdown
    return "\n\n".join(kept for block in _blocks(markdown) if (kept := _kept(block)))


def _outright(text: str) -> bool:
    folded = glance(text)
    return any(turns.pattern.search(text) for turns in OUTRIGHT if any(map(folded.__contains__, turns.words)))


def glance(text: str) -> str:
    """`text` without letter case, at least as much so as a pattern that passes over it: there both ı and İ are an i."""
    return text.replace("ı", "i").replace("İ", "i").casefold()


def _kept(block: str) -> str:
    if not _outright(_seen(block)):
        return block
    if speaks_to_model(block) or _FENCE.match(block):
        return ""
    return " ".join(sentence for sentence in sentences(block) if not _outright(_seen(sentence)))


def _seen(text: str) -> str:
    """`text` without letters that nobody sees, with the breaks of its lines."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def _blocks(markdown: str) -> list[str]:
    """Paragraphs, list items and code blocks, one by one."""
    blocks: list[list[str]] = [[]]
    fence = ""
    for line in markdown.splitlines():
        opening = _FENCE.match(line)
        if not fence and (not line.strip() or opening or re.match(r"[ \t]*(?:[-*+>]|\d{1,3}[.)])[ \t]", line)):
            blocks.append([])
        blocks[-1].append(line)
        if opening and not fence:
            fence = opening[1]
        elif opening and opening[1].startswith(fence):
            fence = ""
            blocks.append([])
    return ["\n".join(block).strip("\n") for block in blocks if any(map(str.strip, block))]


def told_only_to_models(markdown: str) -> str:
    """The words of `markdown` that stand only in what speaks to a model, as plain text; '' where nothing does."""
    kept = for_readers(markdown)
    if kept is markdown:
        return ""
    left = {block.strip() for block in _blocks(kept)}
    return plain("\n\n".join(block for block in _blocks(markdown) if block.strip() not in left))
