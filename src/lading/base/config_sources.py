"""
Reads settings from `lading.toml` and from LADING_* variables into one tree of plain values.

Nothing is interpreted here but names: a name that no setting has is refused with the nearest one that exists.
"""

from __future__ import annotations

import difflib
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TypeAlias, get_args, get_origin

from pydantic import BaseModel, SecretStr, ValidationError

from lading.base.config_places import xdg
from lading.base.errors import UsageError

PREFIX = "LADING_"
NESTED = "__"

#: variables with the prefix that are no settings: where the file is, another host, and switches of the test suite
NOT_SETTINGS = re.compile("LADING_(CONFIG|SERVER|TOKEN|TOKEN_FILE)$|LADING_TEST_")

#: stands for a name that whoever writes the settings chooses
CHOSEN = "NAME"

Tree: TypeAlias = dict[str, "Tree | object"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the sources say, and where each name came from."""

    values: Tree
    #: dotted name -> how the reader knows it: a variable, or a key of the file
    origins: Mapping[str, str]


def find(model: type[BaseModel], environ: Mapping[str, str], cwd: Path) -> Found:
    """Return what file and variables say; variables win. Raise `UsageError` for a name that no setting has."""
    known = tuple(names_of(model))
    path = config_file(environ, cwd)
    values: Tree = {}
    origins: dict[str, str] = {}
    for name, value, origin in (*_from_file(path), *_from_variables(environ)):
        if name not in known and _in_general(name, model) not in known:
            raise _unknown(name, origin, known)
        _put(values, name, value)
        origins[name] = origin
    return Found(values=values, origins=origins)


def names_of(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield the dotted name of every setting; `NAME` stands for a chosen one: `s3.NAME.endpoint`."""
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from names_of(inner, f"{prefix}{name}.")
        elif (each := _of_each(inner)) is not None:
            yield from names_of(each, f"{prefix}{name}.{CHOSEN}.")
        else:
            yield f"{prefix}{name}"


def variables_of(model: BaseModel, prefix: str = "") -> dict[str, str]:
    """Return the variables that say what these settings say. Holds secrets in clear."""
    found: dict[str, str] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            found |= variables_of(value, f"{prefix}{name}.")
        elif isinstance(value, dict):
            for chosen, one in value.items():
                found |= variables_of(one, f"{prefix}{name}.{chosen}.")
        elif (text := as_text(value)) is not None:
            found[variable(f"{prefix}{name}")] = text
    return found


def variable(name: str) -> str:
    """Return the variable of a setting: `transfer.connections` is LADING_TRANSFER__CONNECTIONS."""
    return PREFIX + name.replace(".", NESTED).upper()


def as_text(value: object) -> str | None:
    """Return the value of a setting as a variable holds it; None where there is nothing to say."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return shlex.join(map(str, value)) or None
    return None if value is None else str(int(value) if isinstance(value, int) else value)


def config_file(environ: Mapping[str, str], cwd: Path) -> Path | None:
    """Return the settings file: $LADING_CONFIG, else ./lading.toml, else the one in the XDG config folder, else None."""
    named = environ.get("LADING_CONFIG")
    if named:
        return cwd / Path(named).expanduser()
    usual = (cwd / "lading.toml", xdg(environ, "XDG_CONFIG_HOME", ".config") / "lading" / "lading.toml")
    return next((path for path in usual if path.is_file()), None)


def refused(error: ValidationError, origins: Mapping[str, str]) -> UsageError:
    """Return the error that names each wrong setting where the reader wrote it, and never its value."""
    lines = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        name = ".".join(str(part) for part in problem["loc"])
        if problem["type"] != "default_factory_not_called":
            lines.append(f"{origins.get(name, name)}: {problem['msg']}")
    return UsageError("; ".join(lines))


def _from_file(path: Path | None) -> Iterator[tuple[str, object, str]]:
    if path is None:
        return
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"The settings file {path} cannot be read: {error}") from error
    for name, value in _flat(tree):
        yield name, value, f"{name} in {path}"


def _from_variables(environ: Mapping[str, str]) -> Iterator[tuple[str, object, str]]:
    for name in sorted(environ):
        if name.startswith(PREFIX) and not NOT_SETTINGS.match(name) and environ[name]:
            yield name.removeprefix(PREFIX).replace(NESTED, ".").lower(), environ[name], name


def _flat(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _put(tree: Tree, name: str, value: object) -> None:
    first, _, rest = name.partition(".")
    if not rest:
        tree[first] = value
        return
    inner = tree.setdefault(first, {})
    assert isinstance(inner, dict)
    _put(inner, rest, value)


def _of_each(annotation: object) -> type[BaseModel] | None:
    """Return the model of the values of a table with chosen names; None for anything else."""
    if get_origin(annotation) is not dict:
        return None
    each = get_args(annotation)[1]
    return each if isinstance(each, type) and issubclass(each, BaseModel) else None


def _in_general(name: str, model: type[BaseModel]) -> str:
    """Return a dotted name with `NAME` in the place of a chosen one: `s3.archive.region` is `s3.NAME.region`."""
    first, _, rest = name.partition(".")
    field = model.model_fields.get(first)
    if field is None or _of_each(field.annotation) is None:
        return name
    return f"{first}.{CHOSEN}.{rest.partition('.')[2]}"


def _unknown(name: str, origin: str, known: Iterable[str]) -> UsageError:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    if not near:
        return UsageError(f"There is no setting {origin}", hint="docs/reference/settings.md lists all of them")
    return UsageError(
        f"There is no setting {origin}", hint=f"Did you mean {near[0]} (as a variable: {variable(near[0])})?"
    )
