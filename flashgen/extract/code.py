"""Code blocks to one form, `<pre><code class="language-x">`: lines kept, line numbers gone, the language known."""

from __future__ import annotations

import re

from flashgen.extract.tree import BLOCKS, Element, ancestors, drop, make, replace, text_of, words

_GUTTER = re.compile(
    r"(?<![a-z])(?:line-?no(?:s|div)?|line-?numbers?(?:-rows)?|gutter|blob-num|rouge-gutter|crayon-nums|hljs-ln-numbers|hljs-ln-n|"
    r"react-syntax-highlighter-line-number|ln-num|prompt-gutter|lnt|ln)(?![a-z])"
)
_NOT_CODE = re.compile(
    r"(?<![a-z])(?:copy(?:-?\w+)?|clipboard|btn|button|code-?(?:header|lang|toolbar)|sr-only|visually-hidden|hidden-lines?)(?![a-z])"
)
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source|highlight-text|highlight|mw-highlight-lang|brush|src|sourceCode|code)\s*[-:]\s*([\w+#.]+)",
    re.I,
)
_ATTRIBUTES = ("data-lang", "data-language", "data-code-block-lang", "data-code-language", "syntax", "data-syntax")
_NO_LANGUAGE = words(
    "text plaintext plain txt none nohighlight no-highlight default source block output code pre highlight "
    "wrapper container line lines auto undefined null unknown literal-block ipython3-output notranslate basic "
    "example inline toolbar title"
)
_KNOWN = words(
    "actionscript apache awk bash bat c clojure cmake cobol coffeescript console cpp crystal csharp css cuda "
    "dart diff dockerfile elixir elm erlang fortran fsharp gherkin glsl go golang gradle graphql groovy haml "
    "haskell hcl html http ini java javascript js json json5 jsonc jsx julia kotlin latex less lisp lua "
    "makefile markdown matlab mermaid nginx nim nix objectivec ocaml perl php plsql postgresql powershell "
    "prolog promql protobuf properties py python python3 r rb ruby rust rs sass scala scheme scss sh shell "
    "solidity sparql sql svelte swift tcl terraform tex thrift toml ts tsx typescript vb verilog vhdl vim vue "
    "wasm xml yaml yml zig zsh abap ada asm bnf ebnf csv env graphviz dot"
)
_SPELLINGS = {
    "ipython3": "python", "ipython": "python", "pycon": "python", "python3": "python", "py": "python",
    "py3": "python",
    "js": "javascript", "node": "javascript", "ts": "typescript", "sh": "shell", "zsh": "shell",
    "shell-session": "shell", "shellsession": "shell",
    "sh-session": "shell", "yml": "yaml", "golang": "go", "rb": "ruby", "rs": "rust", "c++": "cpp", "cs": "csharp",
    "c#": "csharp",
    "md": "markdown", "proto": "protobuf", "proto3": "protobuf", "docker": "dockerfile", "html-basic": "html",
    "htmlbars": "html",
    "pgsql": "sql", "postgresql": "sql", "mysql": "sql", "hs": "haskell", "kt": "kotlin", "objc": "objectivec",
    "viml": "vim", "clj": "clojure",
}  # fmt: skip


def normalise(root: Element) -> None:
    """Bring every code block below `root` into the one form."""
    for table in list(root.iter("table")):
        if table.getparent() is not None:
            _from_table(table)
    for pre in list(root.iter("pre")):
        if pre.getparent() is not None and not any(up.tag == "pre" for up in ancestors(pre)):
            _from_pre(pre)
    for code in list(root.iter("code")):
        if not any(up.tag == "pre" for up in ancestors(code)) and _is_block(code):
            _from_pre(code)


def language_of(element: Element) -> str:
    """The language that class names and attributes on, in or around a code block give; '' if none does."""
    inner = next(iter(element.iter("code")), None) if element.tag != "code" else None
    around = [up for _, up in zip(range(4), ancestors(element), strict=False)]
    for node in [element, *([inner] if inner is not None else []), *around]:
        if node.tag in ("body", "html", "article", "main", "section", "td"):
            break
        if node.tag in ("li", "td", "blockquote") or (node in around and len(list(node.iter("pre", "code"))) > 4):
            break
        for attribute in (*_ATTRIBUTES, *(["lang"] if node.tag in ("pre", "code") else [])):
            if name := _spelt(node.get(attribute) or ""):
                return name
        if name := _from_classes(node.get("class") or "", bare=node.tag in ("pre", "code")):
            return name
    return ""


def _from_classes(classes: str, *, bare: bool = False) -> str:
    for match in _LANGUAGE.finditer(classes):
        if name := _spelt(match.group(1)):
            return name
    listed = classes.lower().split()
    if len(listed) == 1 and listed[0] in _KNOWN and bare:
        return _spelt(listed[0])
    if {"highlight", "hljs", "prettyprint", "codehilite", "sourcecode", "code", "chroma", "shiki"} & set(listed):
        return next((_spelt(word) for word in listed if word in _KNOWN), "")
    return ""


def _spelt(name: str) -> str:
    name = name.strip().lower().strip(".{}")
    if not name or name in _NO_LANGUAGE or len(name) > 24 or not re.fullmatch(r"[a-z][\w+#.-]*", name):
        return ""
    return _SPELLINGS.get(name, name)


def _from_pre(pre: Element) -> None:
    text = _lines(pre)
    if not text.strip():
        drop(pre)
        return
    code = make("code", text)
    if name := language_of(pre):
        code.set("class", f"language-{name}")
    block = make("pre")
    block.append(code)
    replace(pre, block)


def _is_block(code: Element) -> bool:
    """Whether a `<code>` outside `<pre>` is a block of its own: several lines, alone in what holds it."""
    if code.find(".//br") is None and (text_of(code).strip().count("\n") < 1 or code.find(".//a") is not None):
        return False
    parent = code.getparent()
    alone = (
        parent is not None and not (parent.text or "").strip() and not (code.tail or "").strip() and len(parent) == 1
    )
    return bool(alone) and text_of(code).strip() != ""


def _from_table(table: Element) -> None:
    """A table that only parts line numbers from code becomes the code."""
    cells = list(table.iter("td", "th"))
    if not any(_GUTTER.search((cell.get("class") or "").lower()) for cell in cells):
        return
    code_cells = [cell for cell in cells if not _GUTTER.search((cell.get("class") or "").lower())]
    if not code_cells or any(cell.find(".//p") is not None for cell in code_cells):
        return
    pre = make("pre", "\n".join(_lines(cell).strip("\n") for cell in code_cells))
    if name := next(
        (
            name
            for cell in [*code_cells[:1], table]
            if (name := language_of(cell.find(".//pre") if cell.find(".//pre") is not None else cell))
        ),
        "",
    ):
        pre.set("class", f"language-{name}")
    outer = next((up for up in ancestors(table) if up.tag == "pre"), table)
    replace(outer, pre)


def _lines(element: Element) -> str:
    """The code as it is shown: `<br>` and line elements end a line, line numbers and buttons are left out."""
    marked = [
        e
        for e in element.iter("span", "code")
        if e is not element and {"line", "code-line", "view-line", "cl"} & set((e.get("class") or "").split())
    ]
    parted = len(marked) > 1 and "\n" not in text_of(element) and element.find(".//br") is None
    ends = set(marked) if parted else set()
    siblings = [child for child in element if child.tag == "code"]
    if len(siblings) > 1 and len(siblings) == len(element) and not any("\n" in text_of(child) for child in siblings):
        ends |= set(siblings)
    out: list[str] = []
    _write(element, out, ends, 0)
    text = "".join(out).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\u200b", "")
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    return "\n".join(lines).rstrip()


def _write(element: Element, out: list[str], ends: set[Element], depth: int) -> None:
    out.append(element.text or "")
    for child in element:
        if isinstance(child.tag, str) and not _is_gutter(child):
            block = child.tag in BLOCKS or child in ends
            if child.tag == "br":
                out.append("\n")
            elif depth < 200:
                if block and not _at_line_start(out):
                    out.append("\n")
                before = len(out)
                _write(child, out, ends, depth + 1)
                if block and (not _at_line_start(out) or not any(out[before:])):
                    out.append("\n")
        out.append(child.tail or "")


def _at_line_start(out: list[str]) -> bool:
    last = next((piece for piece in reversed(out) if piece), "\n")
    return last.endswith("\n")


def _is_gutter(element: Element) -> bool:
    if element.tag in ("button", "svg", "style", "script"):
        return True
    classes = (element.get("class") or "").lower()
    if classes and (_GUTTER.search(classes) or _NOT_CODE.search(classes)):
        return True
    style = (element.get("style") or "").replace(" ", "")
    return "user-select:none" in style and text_of(element).strip().isdigit()
