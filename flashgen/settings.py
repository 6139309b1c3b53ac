"""flashgen.toml: every key has a default, an unknown or ill-typed one is an error that names the key."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from flashgen import __version__
from flashgen.errors import SettingsError

FILE_NAME = "flashgen.toml"


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How the web is asked. Times in seconds, sizes in bytes."""

    per_host: int = 2
    total: int = 32
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    deadline: float = 60.0
    max_wire_bytes: int = 20_000_000
    max_bytes: int = 50_000_000
    max_redirects: int = 10
    attempts: int = 3
    max_wait: float = 30.0
    robots: bool = True
    allow_private: bool = False
    contact: str = "https://github.com/flashgen/flashgen"
    user_agent: str = f"flashgen/{__version__} (+{{contact}})"


@dataclass(frozen=True, slots=True)
class AnkiSettings:
    """Where Anki is, and how cards are shown in it."""

    collection: str = "auto"
    url: str = "http://127.0.0.1:8765"
    key: str = ""
    type_in: bool = False


@dataclass(frozen=True, slots=True)
class FeedbackSettings:
    """From when on reviews ask for a better card. Times in seconds; 0 leaves a rule out.

    The numbers are those of "Learning from reviews" in docs/feedback.md.
    """

    lapses: int = 4
    lapse_rate: float = 0.3
    least_reviews: int = 5
    slow: float = 20.0
    easy: float = 3.0
    easy_passes: int = 4


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens."""

    input: float = 0.0
    output: float = 0.0


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `docs/settings.md` says what each is for."""

    language: str = ""
    focus: str = ""
    avoid: str = ""
    cards_per_article: int = 20
    review: Literal["auto", "required"] = "auto"
    strategy: Literal["auto", "passage", "sentence"] = "auto"
    selection: Literal[True, False, "auto"] = "auto"
    words_per_call: int = 0
    critique: bool = False
    images: bool = False
    wayback: bool = True
    retire_after: int = 30
    new_per_day: int = 0
    llm: str = ""
    model: str = ""
    jobs: int = 8
    batch: bool = False
    dask: str = ""
    timeout: float = 180.0
    max_cost: float | None = None
    max_cost_month: float | None = None
    fetch: FetchSettings = FetchSettings()
    anki: AnkiSettings = AnkiSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    gates: Mapping[str, Literal["off", "warn", "reject"]] = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)


def load(root: Path) -> Settings:
    """The settings of the workspace at `root`; the defaults where it has no flashgen.toml.

    Raises SettingsError with the file's path and the offending key or line.
    """
    path = root / FILE_NAME
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Settings()
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from None
    except OSError as error:
        raise SettingsError(f"{path}: can't be read: {error.strerror}") from None
    return parse(data, where=str(path))


def parse(data: Mapping[str, Any], *, where: str = FILE_NAME) -> Settings:
    """Settings from a TOML document that is already read. Raises SettingsError."""
    return typing.cast(Settings, _build(Settings, data, where, ""))


def overridden(settings: Settings, overrides: Mapping[str, Any]) -> Settings:
    """`settings` with what the command line said; `allow_private` belongs to fetching, `collection` to Anki."""
    given = {name: value for name, value in overrides.items() if value is not None}
    if given.pop("allow_private", False):
        settings = dataclasses.replace(settings, fetch=dataclasses.replace(settings.fetch, allow_private=True))
    if collection := given.pop("collection", None):
        settings = dataclasses.replace(settings, anki=dataclasses.replace(settings.anki, collection=collection))
    return dataclasses.replace(settings, **given)


def _build(cls: type, data: Mapping[str, Any], where: str, prefix: str) -> Any:
    hints = typing.get_type_hints(cls)
    for key in data:
        if key not in hints:
            near = difflib.get_close_matches(key, hints, n=1)
            hint = f"; did you mean {prefix}{near[0]}?" if near else f"; known are {', '.join(sorted(hints))}"
            raise SettingsError(f"{where}: unknown key {prefix}{key}{hint}")
    return cls(**{key: _value(hints[key], value, where, prefix + key) for key, value in data.items()})


def _value(hint: Any, value: Any, where: str, key: str) -> Any:
    """`value` if it fits the type `hint`, nested tables built; else SettingsError."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if isinstance(value, dict):
            return _build(hint, value, where, f"{key}.")
    elif origin is Literal:
        if value in args:
            return value
        raise SettingsError(f"{where}: {key} is {value!r}; it can be {' or '.join(map(_as_toml, args))}")
    elif origin is types.UnionType:
        return _value(next(arg for arg in args if arg is not type(None)), value, where, key)
    elif origin is not None and isinstance(value, dict):
        return {name: _value(args[1], item, where, f"{key}.{name}") for name, item in value.items()}
    elif hint is float and type(value) in (int, float) and value >= 0:
        return float(value)
    elif type(value) is hint and (hint is not int or value >= 0):
        return value
    raise SettingsError(f"{where}: {key} is {value!r}; it must be {_wanted(hint)}")


def _as_toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _wanted(hint: Any) -> str:
    names = {int: "a whole number, 0 or more", float: "a number, 0 or more", bool: "true or false", str: "a text"}
    return names.get(hint, "a table")
