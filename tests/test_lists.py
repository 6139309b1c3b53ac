"""Which reading lists a command means, and what is said of those that can't be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flashgen.errors import FileError, NoSuchList
from flashgen.lists import ListPlace, find, read, workspace_root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with two lists, one more Markdown file, and a folder without a list."""
    for name in ("kafka", "databases"):
        write(tmp_path / "decks" / name / "reading-list.md")
    write(tmp_path / "decks" / "papers.md")
    write(tmp_path / "decks" / "drafts" / "one.md")
    write(tmp_path / "decks" / "drafts" / "notes.txt")
    return tmp_path


def write(path: Path, text: str = "# Topic\nhttps://example.org/a\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names(places: list[ListPlace]) -> list[str]:
    return [place.name for place in places]


def test_no_name_means_all_under_decks(root: Path) -> None:
    """Every folder under decks/ with a reading-list.md is a list; a loose Markdown file is none unless named."""
    assert names(find(root)) == ["databases", "kafka"]
    assert names(find(root, ["decks"], cwd=root)) == names(find(root, ["."], cwd=root)) == ["databases", "kafka"]


@pytest.mark.parametrize("name", ["kafka", "kafka/", "decks/kafka", "decks/kafka/", "decks/kafka/reading-list.md"])
def test_a_list_has_many_names(root: Path, name: str) -> None:
    """A list's name, folder and file mean the same; it lives in its folder."""
    home = root.resolve() / "decks" / "kafka"
    assert find(root, [name], cwd=root) == [ListPlace("kafka", home / "reading-list.md", home)]
    assert find(root, [str(home / "reading-list.md"), name], cwd=root) == find(root, ["kafka"])


@pytest.mark.parametrize("name", ["papers", "decks/papers.md"])
def test_another_markdown_file_lives_beside_itself(root: Path, name: str) -> None:
    """A list that isn't called reading-list.md is named after its file, and so is its home."""
    decks = root.resolve() / "decks"
    assert find(root, [name], cwd=root) == [ListPlace("papers", decks / "papers.md", decks / "papers")]


def test_a_folder_that_is_no_list_does_not_hide_a_name(root: Path) -> None:
    """A name under decks/ is found although a folder of that name, without a list, is in the current folder."""
    (root / "kafka").mkdir()
    assert find(root, ["kafka"], cwd=root)[0].home == root.resolve() / "decks" / "kafka"


def test_order_is_kept_and_doubles_are_dropped(root: Path) -> None:
    """Lists come in the order in which they were named, each once."""
    assert names(find(root, ["papers", "kafka", "decks/kafka"], cwd=root)) == ["papers", "kafka"]


def test_the_folder_of_a_list_in_the_current_folder_gives_its_name(root: Path) -> None:
    """A file named without its folder is still called after its folder."""
    assert names(find(root, ["reading-list.md"], cwd=root / "decks" / "kafka")) == ["kafka"]


def test_two_lists_of_one_name_are_refused(root: Path) -> None:
    """Lists of the same name, but for letter case, would write the same decks."""
    other = write(root / "elsewhere" / "Kafka" / "reading-list.md")
    with pytest.raises(NoSuchList, match="both named"):
        find(root, ["kafka", str(other)], cwd=root)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("kafak", "no reading list 'kafak'; did you mean kafka?"),
        ("decks/Databses", "did you mean databases?"),
        ("xyz", "neither a file, nor a folder, nor a name under decks/; there are databases, kafka"),
        ("decks/drafts", "decks/drafts is a folder without a reading-list.md; name a file in it: one.md"),
        ("empty", "empty is a folder without a reading-list.md, and no Markdown file is in it"),
    ],
)
def test_what_is_no_list_is_said_with_a_way_out(root: Path, name: str, words: str) -> None:
    """A name that means nothing is an error of usage that names what there is."""
    (root / "empty").mkdir()
    with pytest.raises(NoSuchList) as caught:
        find(root, [name], cwd=root)
    assert words in str(caught.value)
    assert caught.value.exit_status == 2


def test_no_lists_at_all(tmp_path: Path) -> None:
    """Without decks/ the way to begin is named."""
    with pytest.raises(NoSuchList, match="flashgen init"):
        find(tmp_path)
    with pytest.raises(NoSuchList, match="there is none under"):
        find(tmp_path, ["x"])


@pytest.mark.parametrize(
    ("data", "words", "line"),
    [
        (b"", "is empty", None),
        (b"# Only\n\n## Headings\n", "is empty", None),
        (b"\xff\xfe#\x00", "UTF-16", None),
        (b"\x7fELF\x00\x00", "binary", None),
        ("# A\n\nкэш".encode("cp1251"), "not UTF-8", 3),
    ],
)
def test_lists_that_hold_no_list(tmp_path: Path, data: bytes, words: str, line: int | None) -> None:
    """Empty, binary and wrongly encoded files are named with what is wrong, and where."""
    path = tmp_path / "list.md"
    path.write_bytes(data)
    with pytest.raises(FileError, match=words) as caught:
        read(find(tmp_path, [str(path)])[0])
    assert (caught.value.path, caught.value.line) == (path.resolve(), line)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser can read everything")
def test_a_list_without_the_right_to_read(tmp_path: Path) -> None:
    """What the system says is passed on."""
    path = write(tmp_path / "list.md")
    path.chmod(0)
    with pytest.raises(FileError, match="Permission denied"):
        read(find(tmp_path, [str(path)])[0])


def test_a_list_that_vanished(tmp_path: Path) -> None:
    """A file that goes between finding and reading is an error of that file."""
    place = find(tmp_path, [str(write(tmp_path / "list.md"))])[0]
    place.path.unlink()
    with pytest.raises(FileError, match="can't be read"):
        read(place)


def test_a_list_is_read_under_its_name(root: Path) -> None:
    """The list's name is the place's, and a byte order mark is no part of its text."""
    (root / "decks" / "kafka" / "reading-list.md").write_bytes(b"\xef\xbb\xbf# Topic\r\nhttps://example.org/a\r\n")
    found = read(find(root, ["kafka"])[0])
    assert (found.name, found.topics, found.links[0].url) == ("kafka", (("Topic",),), "https://example.org/a")


def test_the_workspace_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    """flashgen.toml or decks/ mark a workspace; the current folder goes before the list, and is the last resort."""
    write(tmp_path / "work" / "decks" / "kafka" / "reading-list.md")
    inner = tmp_path / "work" / "decks" / "kafka"
    (tmp_path / "other").mkdir()
    assert workspace_root(inner) == (tmp_path / "work").resolve()
    assert workspace_root(tmp_path / "other", ["../work/decks/kafka"]) == (tmp_path / "work").resolve()
    assert workspace_root(tmp_path / "other") == (tmp_path / "other").resolve()
    (tmp_path / "other" / "flashgen.toml").touch()
    assert workspace_root(tmp_path / "other", ["../work/decks/kafka"]) == (tmp_path / "other").resolve()
