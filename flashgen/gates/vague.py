"""The question asks for no one thing: describe, explain, "why is it important", "what is a benefit"."""

from __future__ import annotations

import re

from flashgen.gates._prose import any_of, language, own, prose
from flashgen.types import Draft, Finding, Kind, Passage, Verdict

NEEDS_WORDS = True

_ABSTRACT = (
    r"(?:advantage|benefit|drawback|disadvantage|difference|idea|point|purpose|goal|reason|feature"
    r"|characteristic|aspect|concept|"
    r"principle|challenge|problem|takeaway|role|factor|element|use|concern|consideration|trade-?off|limitation"
    r"|argument|theme|message|"
    r"lesson|thing|practice|focus|motivation|strength|weakness|downside|upside|risk|issue|property|way|application|example)s?"
)
_OF_MANY = (
    r"(?:assumption|insight|finding|implication|consequence|requirement|prerequisite|criticism|objection"
    r"|contribution|responsibility)s?"
)
_PART = (
    r"(?:cause|source|component|ingredient|symptom|sign|indicator|trait|method|technique|strategy|tool|step|stage"
    r"|measure|condition|rule|result|outcome|effect|task|part|place)s?"
)
"""There may well be one main part ("the main component of natural gas"), but "a key component" is one of several."""
_WEIGHTY = r"(?:main|key|important|significant|notable|crucial|fundamental)"
_ENGLISH = any_of(
    r"^(?:please |briefly |in your own words,? )*(?:can you |could you )?(?:describe|explain|discuss"
    r"|elaborate|summari[sz]e|outline|comment on|tell (?:me|us)|characteri[sz]e)\b",
    r", (?:describe|explain|discuss) ",
    rf"\b(?:{_WEIGHTY}|primary|major|central|core|essential|common) (?:\w+ )?(?:{_ABSTRACT}|{_OF_MANY})\b",
    rf"\bwhat(?:'s| is| are| was| were) (?:an?|one|one of the|some|some of the) {_WEIGHTY} (?:\w+ )?{_PART}\b",
    rf"^(?:[^?]*, )?what(?:'s| is| are| was) (?:an?|one|some|one of the|some of the) (?:\w+ )?{_ABSTRACT}\b",
    r"\bwhy (?:is|are|was|were) (?!it )[^?]*?\b(?:important|useful|crucial|essential|significant|critical"
    r"|beneficial|helpful|valuable|relevant|popular|good|great|bad)\s*(?:$|\?|in |for |to |when )",
    r"\bwhat (?:\w+ )?role\b",
    r"\bwhat(?:'s| is| are) the (?:role|roles|significance|importance|relevance|essence|nature|impact)\b",
    r"\bhow important\b",
    r"\bwhat makes .{1,40} (?:important|special|good|great|interesting|unique)\s*\?",
    r"\bwhat (?:can|could) (?:you|be) (?:say|said|tell|learned|learnt)\b",
    r"\bwhat do (?:you|we) know\b",
    r"\bwhat about\b",
    r"\bwhat are (?:the )?(?:benefits|advantages|disadvantages|drawbacks|strengths|weaknesses|pros|cons|downsides)\b",
    r"\b(?:most important|main|key) (?:thing|point|part|aspect|fact)\b",
    r"^what (?:is|are) .{1,60} (?:good|useful|important) for\s*\?$",
    r"\bwhat should (?:you|one|we|i) (?:know|remember|understand)\b",
    r"\bwhat is (?:interesting|special|notable|important)\b",
)
_SHOUTED = re.compile(r"^(?:DESCRIBE|EXPLAIN)\b")
_RUSSIAN = any_of(
    r"^(?:пожалуйста,? |кратко |коротко |своими словами )*(?:опиши|опишите|описать|объясни|объясните|расскажи"
    r"|расскажите|поясни|поясните|обсудите|охарактеризуйте|раскройте|обоснуйте|прокомментируйте)(?!\w)",
    r"(?<!\w)(?:какова|каковы|какую|какая|в чем|в чем состоит|в чем заключается) (?:\w+ )?(?:роль|важность"
    r"|значение|значимость|суть|сущность|смысл|особенност\w+|польза)(?!\w)",
    r"(?<!\w)какую \w+ роль(?!\w)",
    r"(?<!\w)какое (?:\w+ )?значение (?:имеет|имеют|играет)",
    r"(?<!\w)(?:почему|чем|зачем)(?!\w)[^?]*?(?<!\w)(?:важ(?:ен|на|но|ны)|полезн\w+|полез(?:ен|но)|хорош\w*"
    r"|интерес(?:ен|на|но|ны))(?!\w)\s*(?:$|\?|для |в |при )",
    r"(?<!\w)(?:основн|главн|ключев|важн|значим|существенн|фундаментальн)\w+ (?:\w+ )?(?:преимуществ|недостат"
    r"|отличи|различи|разниц|цел[ьи]|иде[яюи]|мысл|причин|особенност|свойств|аспект|принцип|проблем|задач|рол"
    r"|фактор|элемент|вывод|характеристик|черт|минус|плюс|назначени|допущени|предположени|предпосыл|следстви|услови"
    r"|требовани|возражени|вклад)\w*",
    r"(?<!\w)(?:какое|какой|какая|назовите|назови|приведите) (?:одно|один|одна|одну|некоторые|какое-нибудь"
    r"|какой-нибудь) (?:из )?",
    r"(?<!\w)(?:что|чего) (?:можно|вы можете|ты можешь|следует|нужно|важно) (?:\w+ )?(?:сказать|рассказать"
    r"|знать|помнить|понимать|отметить)(?!\w)",
    r"^что является (?:\w+ ){0,3}(?:преимуществ|недостат|достоинств|плюс|минус|особенност)\w*",
    r"(?<!\w)что (?:вы|ты|мы) знае(?:те|шь|м)(?!\w)",
    r"(?<!\w)насколько важ",
    r"^(?:в чем|каковы|какие) (?:есть )?(?:преимущества|недостатки|плюсы|минусы|достоинства|особенности)(?!\w)",
    r"(?<!\w)(?:что|какое) (?:самое |является самым )?(?:важн\w+|главн\w+) (?:в|при|для)(?!\w)",
    r"^(?:почему|зачем|чем) (?:так )?важ(?:ен|на|но|ны)(?!\w)",
)
_REASON = "the question asks for no one thing: say which effect, number or difference is meant"


def gate(draft: Draft, passage: Passage) -> Finding | None:
    """English and Russian."""
    if draft.kind is Kind.CLOZE:
        return None
    spoken, asked = language(draft, passage), own(draft.question)
    found = (spoken == "en" and _ENGLISH.search(asked) and not _SHOUTED.match(prose(draft.question))) or (
        spoken == "ru" and _RUSSIAN.search(asked)
    )
    return Finding("vague", Verdict.WARN, _REASON) if found else None
