"""Sentences of a text that speak to a language model instead of a reader: prompt injection.

A text may tell *of* such sentences: what stands in quotation marks or inline code is a mention, and only its own
sentence is set apart. What speaks to a model outright takes its whole paragraph or code block along, since what follows
"ignore your instructions" is rarely meant for readers. English and Russian in full, the commonest turns of a few more.
"""

from __future__ import annotations

import re
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


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.I | re.M)


_OUTRIGHT = _any(
    # what was said before is not to count
    rf"{_START}(?:ignore|disregard|forget|override|bypass|discard|violate|abandon) (?:{_YOURS} ){{1,5}}{_RULES}\b",
    rf"{_START}(?:ignore|disregard|forget) (?:everything|all|anything) (?:that (?:was|you were) )?"
    r"(?:above|before|told|said)",
    r"^\W*(?:игнорируй\w*|проигнорируй\w*|забудь\w*|отбрось\w*|не обращай\w* внимания на) [^.!?\n]{0,40}"
    r"(?:инструкц|указани|промпт|сказанн|схем)",
    r"(?<=[.!?] )(?:игнорируй|забудь|отбрось)\w* [^.!?\n]{0,40}(?:инструкц|указани|промпт|сказанн|схем)",
    r"\b(?:ignorier|vergiss|missachte)\w* [^.!?\n]{0,40}(?:anweisung|vorgaben|instruktion)",
    r"\b(?:ignora|olvida|desoye) [^.!?\n]{0,40}\binstrucciones|\bignore (?:todas )?as instruções",
    r"\b(?:ignore[zr]?|oublie[rz]?) (?:toutes )?(?:les|vos|tes) [^.!?\n]{0,20}(?:instructions|consignes)",
    r"(?:忽略|无视|忘记)[^。\n]{0,20}(?:指令|指示|提示|规则)|(?:以前|前|すべて)の[^。\n]{0,10}指示を無視",
    # somebody else pretends to speak
    r"^\W*(?:system|assistant|developer)(?: (?:prompt|message|override|note|instructions?|update))?\W{0,3}:\s",
    r"\[/?(?:inst|system|assistant)\]|<<\s?/?sys\s?>>|<\|[\w ]{2,30}\|>|^#{2,} *(?:system|instruction|assistant)s?\W*$",
    r"\b(?:new|updated|real|hidden|secret|system) (?:system )?(?:instructions?|prompt|directives?)"
    rf"(?: (?:for|to) (?:you|the model|(?:the )?{_MODEL}))? ?:",
    r"\b(?:end|begin|start)(?:ning)? of (?:the )?(?:passage|prompt|system prompt|user input|untrusted)",
    r"^\W*(?:новая|новые|системн\w+) (?:задача|инструкци\w*|указани\w*|сообщени\w*|промпт)\w* ?:",
    # a model is spoken to
    rf"\b(?:dear|attention|note (?:to|for)|hey|hello|message (?:to|for)|instructions? (?:to|for)|addressed to)\W{{1,3}}"
    rf"(?:(?:the|any|all|every|an?) )?{_MODEL}\b[^.!?\n]{{0,30}}[:,.!—–-]",
    rf"\bif (?:you are|you're|you’re|this is read by|read by) (?:an?|the|any)? ?(?:\w+ )?{_MODEL}\b",
    rf"\byou are (?:now|no longer|actually) [^.!?\n]{{0,40}}"
    rf"\b(?:{_MODEL}|dan|flash ?cards?|pirate|unrestricted|jailbroken)",
    rf"\bas an? {_MODEL},? you\b",
    r"(?:если|раз) (?:ты|вы)\W{1,4}(?:это )?(?:\w+ )?(?:ии\b|ai\b|бот|языков\w+ модел|нейросет|ассистент|llm)",
    r"\b(?:developer|god|jailbreak|dan|maintenance|debug) mode[^.!?\n]{0,30}\b(?:enabled|activated)\b",
    # what is to be written: replies and cards of ours
    r"\"(?:cards|decisions|ideas|verdicts)\"\s*:\s*\[",
    rf"{_START}(?:reply|respond|answer|output) (?:\w+ ){{0,2}}(?:only|exactly|verbatim|nothing|instead)\b",
    r"\b(?:every|each|all|your|the) (?:of (?:the|your) )?flash ?cards?(?: you \w+)? (?:must|shall|has to|have to)\b",
    r"\b(?:every|each) card (?:that you|you|must)\b",
    r"\b(?:every|each|all)(?: of)?(?: your| the)? (?:answers?|questions?|quotes?) "
    r"(?:that you write|you write|in your reply)",
    rf"{_START}(?:write|make|create|generate|add|include|produce) [^.!?\n]{{0,30}}\b(?:flash)?cards? "
    r"(?:that (?:says?|recommends?|links?|tells?)|with the (?:question|answer|quote)|whose (?:question|answer)|"
    r"(?:about|for) our\b|saying)",
    rf"{_START}(?:reveal|repeat|print|show|output|copy|send|post|leak|include|translate|put) [^.!?\n]{{0,40}}"
    r"\b(?:system prompt|your (?:instructions|prompt|system|context|memory|rules))",
    rf"{_START}(?:send|post|upload|forward|exfiltrate|transmit|leak) [^.!?\n]{{0,40}}"
    r"\b(?:other (?:articles|passages|cards)|"
    r"the conversation|previous (?:articles|passages|messages))",
    rf"{_START}(?:call|use|invoke|run) your (?:\w+ )?(?:tool|function|browser|shell)s?\b",
    r"^\W*(?:ответь|отвечай|выведи|верни)\w* (?:только|ровно|лишь)\b",
    r"(?<=[.!?] )(?:ответь|отвечай|выведи)\w* (?:только|ровно)\b",
    r"(?:кажд\w+|все) карточк\w+ (?:долж|обязан)",
    r"(?:создай|сделай|напиши|добавь)\w* карточк\w+ (?:с (?:вопрос|ответ)|про наш|о наш|со словами)",
)
_MENTIONED = re.compile(
    r"“[^”\n]{1,300}”|«[^»\n]{1,300}»|\"[^\"\n]{1,300}\"|(?<!`)`[^`\n]{1,300}`(?!`)|„[^“\n]{1,300}“"
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})")


def speaks_to_model(text: str) -> bool:
    """Whether `text` tells a language model what to do, in its own voice and not as a mention in quotation marks."""
    return bool(_OUTRIGHT.search(_MENTIONED.sub(" … ", _seen(text))))


@lru_cache(maxsize=256)
def for_readers(markdown: str) -> str:
    """`markdown` without what speaks to a model: whole paragraphs, items and code blocks, and of those that only
    mention it the sentences that do."""
    if not _OUTRIGHT.search(_seen(markdown)):
        return markdown
    return "\n\n".join(kept for block in _blocks(markdown) if (kept := _kept(block)))


def _kept(block: str) -> str:
    if not _OUTRIGHT.search(_seen(block)):
        return block
    if speaks_to_model(block) or _FENCE.match(block):
        return ""
    return " ".join(sentence for sentence in sentences(block) if not _OUTRIGHT.search(_seen(sentence)))


def _seen(text: str) -> str:
    """`text` without letters that nobody sees, with the breaks of its lines."""
    return _UNSEEN.sub("", text)


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
