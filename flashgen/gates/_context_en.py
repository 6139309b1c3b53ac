"""How English points at a text outside of the card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flashgen.gates._prose import any_of


@dataclass(frozen=True, slots=True)
class Rules:
    """What points outside: `always`; `perhaps` (unless the passage is about such a `noun`); `pointing` words, unless
    what they point at stands before them; in a question also `this` with any noun, and a bare `pronoun`; what belongs
    to an `owner` (unless such people are the card's subject)."""

    always: Sequence[re.Pattern[str]]
    perhaps: re.Pattern[str]
    pointing: re.Pattern[str]
    this: re.Pattern[str]
    pronoun: re.Pattern[str]
    owner: re.Pattern[str] | None = None


_FIELD = (
    r"(?! (?:fields?|columns?|tags?|elements?|attributes?|keys?|tables?|models?|entit\w+|ids?|class(?:es)?"
    r"|objects?|records?|endpoints?|"
    r"property|parameters?|headers?|names?|emails?|node|type|schema|collections?|documents?|index|date|line"
    r"|store|database)\b)"
)
_TEXT = (
    r"(?:article|passage|excerpt|blog ?post|blog|tutorial|essay|transcript|snippet|reading|write-?up|newsletter"
    r"|podcast|webinar|reading material)"
)
_THING = (
    r"(?:text|author|writer|speaker|presenter|narrator|post|section|chapter|book|paper|document|video|talk"
    r"|lecture|page|guide|story|piece|material|paragraph|example|diagram|figure|chart|graph|image|screenshot"
    r"|code|table|course|lesson|slide|case study)"
)
_WRITING = (
    r"(?:text|author|section|post|chapter|excerpt|paragraph|video|talk|book|paper|guide|lecture|story|course|lesson)"
)
_SHOWN = (
    r"(?:code|text|table|figure|diagram|example|snippet|list|query|image|graph|chart|function|class|output"
    r"|command|program)"
)
_SAYS = (
    r"(?:says?|said|saying|states?|stated|mentions?|mentioned|describes?|described|argues?|argued|claims?"
    r"|claimed|suggests?|suggested|recommends?|"
    r"recommended|explains?|explained|points? out|discuss(?:es|ed)?|notes?|believes?|thinks?|thought|proposes?"
    r"|proposed|advises?|advised|concludes?|"
    r"warns?|cites?|cited|emphasi[sz]es?|highlights?|highlighted|refers?|covers?|talks?|presents?|list|lists"
    r"|listed|lays?|outlines?|identif(?:y|ies|ied)|mean|means|"
    r"give|gives|compares?|illustrates?|attributes?|criticizes?|introduces?|summari[sz]es?|focus(?:es)?|define"
    r"|defines|consider|considers|prefer|prefers|call|calls)"
)
_SPEAKER = r"(?:author|writer|speaker|presenter|narrator)"
_OPINION = (
    r"(?:argument|view|opinion|point|claim|thesis|conclusion|recommendation|advice|suggestion|proposal|approach"
    r"|example|solution|experience|attitude|position|stance|purpose|goal|explanation|definition|description|take"
    r"|reasoning|message|analogy|metaphor|criticism|critique|preference|idea|article|post|blog|team|company)s?"
)
_POINTED = (
    r"(?:approach|method|technique|solution|system|algorithm|pattern|tool|library|model|process|architecture"
    r"|design|problem|feature|concept|term|"
    r"mechanism|strategy|service|framework|function|code|example|case|scenario|situation|step|diagram|figure"
    r"|table|way|type|kind|project|product|"
    r"application|app|program|practice|principle|idea|rule|technology|protocol|command|setup|configuration"
    r"|structure|property|language|database|"
    r"implementation|experiment|study|issue|change|behaviou?r|option|choice|operation|phase|stage|value|number"
    r"|component|class|test|error|section|"
    r"paper|chapter|guide|page|video|talk|book|document|text|paragraph|story|question|statement|sentence|quote"
    r"|phrase|topic|context|company|team)s?"
)

RULES = Rules(
    always=(
        re.compile(rf"\b(?:the|this|that|our) (?:\w+ )?{_TEXT}(?:'s|s)?\b{_FIELD}"),
        re.compile(rf"\baccording to (?:the|this|an?|our) (?:\w+ )?{_THING}s?\b"),
        re.compile(
            rf"\b(?:the|this) (?:\w+ )?{_THING}s?(?: of (?:the|this) \w+)? (?:also |mainly |then |explicitly "
            rf"|first )?{_SAYS}\b(?= |\?|$|:|,)"
        ),
        re.compile(
            rf"\b(?:do|does|did|would|can|could|is|was|are|were|has|have|should) (?:the"
            rf"|this) {_THING}s?\b{_FIELD} (?:\w+ ){{0,3}}?{_SAYS}\b"
        ),
        re.compile(rf"\bthe {_SPEAKER}s?'s? (?:\w+ )?{_OPINION}\b"),
        re.compile(
            r"\b(?:author|writer|speaker|host)s? of (?:the|this) (?:article|text|post|passage|blog|paper|book"
            r"|talk|video|tutorial|guide|piece)\b"
        ),
        re.compile(
            r"\b(?:as|like) (?:was |were |is )?(?:mentioned|described|discussed|shown|stated|noted|explained"
            r"|seen|listed|presented|outlined|defined)(?: (?:above|earlier|below|previously|before|here)|,"
            r"| in (?:the|this)| by the author)"
        ),
        re.compile(
            r"\b(?:mentioned|described|discussed|shown|stated|listed|given|provided|presented|explained|defined"
            r"|depicted|used|introduced|quoted) (?:above|earlier|below|previously|here|so far)\b"
        ),
        re.compile(
            r"\b(?:mentioned|described|discussed|stated|listed|given|provided|presented|explained|quoted|covered"
            r"|shown) (?:in|by|throughout) (?:the|this) (?:text|article|passage|author|section|post|chapter"
            r"|excerpt|paragraph|example|document|video|talk|book|paper|page)\b"
        ),
        any_of(
            r"\bthe (?:above|aforementioned|aforesaid)\b",
            r"\b(?:above|following|given|provided|preceding|previous) (?:code|text|passage|diagram|figure|example"
            r"|snippet|table|list|excerpt|paragraph|section|sentence|article|approach|method|image|graph|chart"
            r"|query)\b",
        ),
        re.compile(r"\bwhich (?:one )?of (?:the following|these|those)\b(?![^?]*:)(?![^?]*\b(?:two|three|and)\b)"),
        any_of(
            r"\b(?:is|are|was|were|get|gets) (?:\w+ly )?(?:mentioned|discussed|cited|highlighted|outlined"
            r"|emphasi[sz]ed|talked about)\s*(?:\?|$|here|as )",
            r"\b(?:mentioned|discussed|cited|outlined)\s*\?$",
        ),
        any_of(
            r"\bin (?:our|my) (?:example|case|project|team|company|application|system|code|experiment|setup"
            r"|tests?)\b",
            r"\bour (?:example|team|company|project|application|code)\b",
            r"\bdid (?:we|i|the team) (?:choose|chose|decide|use|build|built|learn|try|see|find|pick"
            r"|select|get|switch|migrate|need to)\b",
        ),
        any_of(
            r"\b(?:in|from) the (?:example|diagram|screenshot|snippet|illustration|case study|listing)\b",
            r"\b(?:figure|fig\.|listing|slide) \d+",
            r"\bthe example(?:'s)?\b(?! (?:domain|com|host))",
            r"^(?:in|from|by) the (?:table|figure|chart|diagram|graph|listing)(?: (?:above|below))?, ",
        ),
        re.compile(r"\bhere\s*\?$"),
        any_of(
            rf"\b(?:mentioned|described|discussed|outlined|stated|listed|given|presented|explained|covered"
            rf"|introduced|proposed)"
            rf" (?:in|by|throughout) (?:the|this) {_WRITING}\b",
            r"\bexamples? (?:is|are|was|were) (?:given|used|provided|shown|mentioned)\b",
            rf"\bthe (?:\w+ )?{_SHOWN} (?:above|below)\b",
            r"^what (?:were|are|was|is) the (?:results?|findings?|conclusions?|outcomes?|takeaways?"
            r"|main points?)\s*\?$",
            r"^(?:how|why|when) (?:is|was|does|did|can) that(?: \w+){0,2}\s*\?$",
        ),
    ),
    perhaps=re.compile(
        r"\b(?:in|from|by|throughout|within|(?:do|does|did|has|have|would|why|can|is|was|were|are)) (?:the"
        r"|this) (?P<noun>text|post|section|chapter|paper|book|video|talk|lecture|story|piece|paragraph|material"
        r"|figure|chart|course|lesson|author|writer|speaker|presenter|page|guide|document)s?\b(?! (?:of|element"
        r"|segment|field|file|editor|area|buffer|node|tag|type|format|database|store|method|request|table|cache"
        r"|number|fault|size|header|index|column|key|name|attribute|record|object)s?\b)(?![^?]*\bcommit)"
    ),
    pointing=re.compile(
        rf"\b(?:this|these|those|that(?= (?:approach|method|technique|solution)\b)) (?:\w+ )?{_POINTED}\b"
    ),
    this=re.compile(r"th(?:is|ese) (?!(?:day|week|month|quarter|year|decade)s?\b|centur)(?P<named>[\w-]+(?: [\w-]+)?)"),
    pronoun=any_of(
        r"^(?:what|why|how|when|where|who|which)(?:'s)? (?:\w+ )?(?:does|do|did|is|are|was|were|can|could|will"
        r"|would|should|makes?|about|of|to|for|by|in)? ?(?:this|these|those)\b(?! \w+ (?:that|which"
        r"|who)\b)(?= (?:\w+ ){0,3}\w*\s*\?| (?:is|are|was|does|do|did|has|have|can|mean|important|work|happen"
        r"|differ|affect)\b|\s*\?)",
        r"^(?:what|why|how|when|where) (?:does|do|did|is|are|was|were|can|could|will|would|must|should|may|might"
        r"|has|have|had) (?:it|they|he|she) (?:\w+ ){0,2}\w+\s*\?$(?<!called\?)",
        r"^(?:what|why|how|when|where) (?:is|was) (?:it|this)\s*\?$",
    ),
    owner=re.compile(
        rf"the (?P<noun>{_SPEAKER})s?'s? (?!e-?mail|names?\b|id\b|address|signature"
        r"|key|date|time|field|column|profile|page)\w+"
    ),
)
