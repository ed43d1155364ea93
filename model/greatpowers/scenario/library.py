"""What ships with the package: scenarios, policies, doctrines, experiments, posteriors, notebooks; where, and names."""

from pathlib import Path

import greatpowers
from greatpowers.scenario.errors import GreatPowersError, a_or_an, nearest, suggestion

SINGULAR = {
    "scenarios": "scenario",
    "policies": "policy",
    "doctrines": "doctrine",
    "experiments": "experiment",
    "posteriors": "posterior",
}
KINDS = tuple(SINGULAR)
HIDDEN = ("template",)


def configs_directory() -> Path:
    """Where the shipped files are: inside the installed package, else in the checkout."""
    return _shipped("configs")


def notebooks_directory() -> Path:
    """Where the shipped notebooks are: inside the installed package, else in the checkout."""
    return _shipped("notebooks")


def _shipped(folder: str) -> Path:
    package = Path(greatpowers.__file__).parent
    installed = package / folder
    return installed if installed.is_dir() else package.parents[1] / folder


def names(kind: str) -> list[str]:
    """Shipped names of a kind, one of :data:`KINDS`, sorted; the template is left out."""
    return [stem for stem in _stems(kind) if stem not in HIDDEN]


def _stems(kind: str) -> list[str]:
    if kind not in KINDS:
        raise GreatPowersError(f"there is no kind of file '{kind}'. {suggestion(kind, KINDS)}")
    return sorted(path.stem for path in (configs_directory() / kind).glob("*.toml"))


def locate(kind: str, name_or_path: str | Path) -> tuple[Path, str]:
    """The file meant, and what to call it in messages. A shipped name wins; anything else is a path."""
    text = str(name_or_path)
    if text in _stems(kind):
        return configs_directory() / kind / f"{text}.toml", f"{text}.toml"
    path = Path(text).expanduser()
    if not text or "\0" in text or not _exists(path):
        raise GreatPowersError(_not_found(kind, text))
    return path, text


def _exists(path: Path) -> bool:
    """Whether there is something at `path`; a place that may not be looked into is left for reading to report."""
    try:
        return path.exists()
    except PermissionError:
        return True
    except OSError:
        return False


def _not_found(kind: str, text: str) -> str:
    noun = SINGULAR[kind]
    for other in KINDS:
        if other != kind and text in _stems(other):
            return f"'{text}' is {a_or_an(SINGULAR[other])}; expected {a_or_an(noun)}. Known: {', '.join(names(kind))}."
    if "/" in text or "\\" in text or text.endswith(".toml"):
        stem = Path(text).stem
        near = stem if stem in _stems(kind) else nearest(stem, _stems(kind))
        return f"there is no file '{text}'." + (f" Did you mean the shipped {noun} '{near}'?" if near else "")
    remedy = suggestion(text, _stems(kind))
    return f"there is no {noun} '{text}', neither shipped nor as a file. {remedy}"
