"""A small model's card as cards are written."""

from __future__ import annotations

import re
from dataclasses import replace

from flashgen.types import Draft


def tidy(draft: Draft, begins: str = "") -> Draft:
    """A draft as cards are written: the answer with a capital, without a full stop, and without the question's subject
    in front of it; the question with "do" or "does" as it stands in `begins`."""
    question, answer = (" ".join(text.split()) for text in (draft.question, draft.answer))
    other = _OTHER_DO.sub(lambda found: "does" if found[0] == "do" else "do", begins, count=1)
    if begins and question.startswith(f"{other} "):
        question = begins + question[len(other) :]
    answer = _without_subject(answer, question)
    if answer.endswith(".") and not re.search(r"\b(?:etc|т\. ?д|т\. ?п)\.$|\.\w\.$", answer):
        answer = answer[:-1]
    answer = answer[:1].upper() + answer[1:] if _is_word(answer) else answer
    return replace(draft, question=question, answer=answer)


_OTHER_DO = re.compile(r"\bdo(?:es)?\b")


def _without_subject(answer: str, question: str) -> str:
    """What "X keeps copies" says of X for "What does X do?", and "X is a Y" for "What is X?"."""
    if question.startswith("Что такое"):
        return answer.removeprefix("Это ")
    asked = _WHAT_OF.match(question)
    if not asked:
        return answer
    does, name = asked[1] is not None, re.escape(asked[1] or asked[2])
    said = re.match(rf"(?:an? |the )?{name}s?(?: (?:is|are) | )(?=\w)", answer, re.I)
    if not said or (not does and not re.search(r" (?:is|are) $", said[0])):
        return answer
    return answer[said.end() :]


_WHAT_OF = re.compile(r"What (?:(?:does|do) (?:an? |the )?(.+?) do|(?:is|are) (?:an? |the )?(.+))\?$")


def _is_word(answer: str) -> bool:
    """Whether the answer begins with a common word, and not with a name of code such as `async` or `db_breaker`."""
    first = answer.split(" ")[0].rstrip(",")
    return " " in answer and first.isalpha() and first.islower()
