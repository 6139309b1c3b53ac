"""The house rule that imports go one way, and that starting up is cheap."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import flashgen

PACKAGE = Path(flashgen.__file__).parent

LAYERS = (
    ("ground", "collector types errors settings identity text packed ledger changes outcome halt"),
    (
        "pure",
        "genres selection redrafting directives "
        "vocabulary numerals reading_list sections sentences prose standalone choosing quotes drafts gates duplicates "
        "reply_json cues definitions restating release feedback examples proposals push "
        "refresh judging agenda homes hand carding comparing attention study unharvested "
        "harvest settle tally deck_names decks deep_link merge seen "
        "load coverage advice extras stats",
    ),
    (
        "adapters",
        "workers pictures extract fetch sources llm embeddings outputs pages anki store desk cache lists lint prompts "
        "workspace",
    ),
    ("story", "drafting strategy reading parts answering work ending pipeline cluster doctor"),
    ("wiring", "app"),
    (
        "edge",
        "report live show web cli __main__",
    ),
)
LEVEL = {module: level for level, (_, names) in enumerate(LAYERS) for module in names.split()}
HEAVY = (
    "openai",
    "trafilatura",
    "genanki",
    "xllamacpp",
    "rich",
    "httpx",
    "lxml",
    "bs4",
    "jinja2",
    "markdown_it",
    "anki",
    "fsrs",
    "pygal",
    "starlette",
    "uvicorn",
)


def module_of(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[str]:
    """The top modules of flashgen that a file imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "flashgen" else [f"flashgen.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        yield from (name.split(".")[1] for name in names if name.startswith("flashgen."))


FILES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path: Path) -> None:
    """A module imports only from its own layer and those below (design, section 3)."""
    own = module_of(path)
    assert own in LEVEL, f"{own} has no layer: say in LAYERS where it belongs"
    for used in imports(path):
        if used != "__version__":
            assert LEVEL[used] <= LEVEL[own], (
                f"{own} ({LAYERS[LEVEL[own]][0]}) imports {used} ({LAYERS[LEVEL[used]][0]})"
            )


def test_help_is_light() -> None:
    """`flashgen --help` imports nothing heavy: what is not used is not loaded."""
    code = (
        "import sys\nfrom flashgen.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "build" in done.stdout
