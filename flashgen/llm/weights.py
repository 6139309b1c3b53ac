"""Where the weights of the embedded model come from: installed packages, a file, or Hugging Face.

Whatever the way, the result is one GGUF file. What has to be put together or fetched first goes into the model cache,
which is the user's and shared by workspaces: `FLASHGEN_CACHE`, else the system's place for caches.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flashgen.errors import ModelError
from flashgen.llm import catalogue, hub, parts

_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class Weights:
    """A model that is ready to be loaded. `about` is what to tell a person before its first use."""

    name: str
    path: Path
    about: str


def locate(
    model: str = "",
    *,
    cache: Path | None = None,
    find: parts.Find = parts.installed,
    fetch: Callable[[hub.Name, Path], Path] = hub.fetch,
) -> Weights:
    """The weights that `model` names, joined or downloaded first where they have to be.

    `model` is the path of a GGUF file, a name of the catalogue (`qwen2.5-coder-1.5b-instruct`, `1.5b`), or a name at
    Hugging Face (`org/repo`, with `:file.gguf` or `:Q4_K_M` where it has several); '' means the best that is
    installed. `cache` is the model cache if not the usual one. Raises ModelError with what to do.
    """
    cache = cache or cache_dir()
    if not model:
        return _of_packages(_best_installed(find), cache, find)
    if known := catalogue.find(model):
        return _of_packages(known, cache, find)
    path = Path(model).expanduser()
    if path.suffix.casefold() == ".gguf" and (path.exists() or ":" not in model):
        return _of_file(path)
    if name := hub.parse(model):
        file = fetch(name, cache)
        return Weights(f"{name.repo.rpartition('/')[2]}:{file.stem}", file, _about_hub(name, file))
    names = ", ".join(known.name for known in catalogue.MODELS)
    raise ModelError(
        f"no such model: {model}. Give the path of a .gguf file, a name at Hugging Face (org/repo:Q4_K_M), or {names}"
    )


def named(model: str = "", *, find: parts.Find = parts.installed) -> str:
    """The name that `locate(model)` would give, without joining, reading or downloading anything: for the key of stored
    replies. A path or a name of nothing known comes back as it is."""
    known = catalogue.find(model) if model else _best_installed(find)
    return known.name if known else Path(model).stem if model.casefold().endswith(".gguf") else model


def available(find: parts.Find = parts.installed) -> tuple[catalogue.Known, ...]:
    """The models of the catalogue whose packages are all installed, best first. Nothing is imported or joined."""
    return tuple(known for known in catalogue.MODELS if not parts.missing(known, find))


def cache_dir() -> Path:
    """The model cache: `FLASHGEN_CACHE` if set, else `models` in the system's cache folder for flashgen."""
    if chosen := os.environ.get("FLASHGEN_CACHE"):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("flashgen", appauthor=False) / "models"


def _best_installed(find: parts.Find) -> catalogue.Known:
    """The best model that is installed; else the one that is partly installed, else the first of the catalogue: joining
    that says what is missing."""
    if whole := available(find):
        return whole[0]
    partly = [known for known in catalogue.MODELS if len(parts.missing(known, find)) < len(known.packages)]
    return (partly or list(catalogue.MODELS))[0]


def _of_packages(known: catalogue.Known, cache: Path, find: parts.Find) -> Weights:
    return Weights(known.name, parts.joined(known, cache, find), known.about)


def _of_file(path: Path) -> Weights:
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise ModelError(f"{path}: the model can't be read: {error.strerror}") from None
    if magic != _MAGIC:
        raise ModelError(
            f"{path}: not a GGUF file, the form that llama.cpp reads; look for one whose name ends in .gguf"
        )
    size = path.stat().st_size / 1e9
    return Weights(
        path.stem, path.resolve(), f"{path.name} ({size:.1f} GB, a file of your own; its licence is yours to check)"
    )


def _about_hub(name: hub.Name, file: Path) -> str:
    size = file.stat().st_size / 1e9
    return f"{name.repo}, {file.name} ({size:.1f} GB, from huggingface.co/{name.repo}; its licence stands there)"
