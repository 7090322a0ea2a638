"""Edits of a config's secrets: what somebody asks for, and which writes that comes to, given what is there.

One request is one set of edits: all of them or none. An edit that asks for what is already so comes to nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from headwater.domain.errors import InvalidInputError
from headwater.domain.hidden import Hidden
from headwater.domain.names import SecretName, parse_secret_name
from headwater.domain.secrets import check_value, check_writable


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One name to set, delete or rename, as it was sent.

    `value` None keeps the value; `original_name` unlike `name` renames. `original_name` None says nothing: clients
    leave it out for new and for existing secrets alike.
    """

    name: str
    value: Hidden[str] | None = None
    original_name: str | None = None
    delete: bool = False


Writes = dict[SecretName, Hidden[str] | None]
"""What to write: name → its new value, or None to delete it."""


class NamedTwiceError(InvalidInputError):
    code = "named_twice"


class NoValueError(InvalidInputError):
    code = "no_value"


class NoSuchSecretError(InvalidInputError):
    code = "no_such_secret"


class NameTakenError(InvalidInputError):
    code = "name_taken"


Own = Callable[[SecretName], Hidden[str] | None]
"""The value that the config itself sets for a name; None where it sets none."""


def plan_writes(edits: Iterable[Edit], own: Own) -> Writes:
    """The writes that `edits` come to, names checked, values checked, and without what is already so.

    Raises:
        InvalidInputError, TooLargeError: an edit that cannot be done; none of them is to be done then.
    """
    wanted: Writes = {}
    for edit in edits:
        for name, value in _writes(edit, own).items():
            if name in wanted:
                raise NamedTwiceError(f"{name} is changed twice in one request", hint="change it once")
            wanted[name] = value
    return {name: value for name, value in wanted.items() if value != own(name)}


def set_all(values: Mapping[str, Hidden[str] | None]) -> list[Edit]:
    """Edits of the short form: name → value, None to delete."""
    return [Edit(name=name, value=value, delete=value is None) for name, value in values.items()]


def _writes(edit: Edit, own: Own) -> Writes:
    if edit.delete:
        return {_writable(edit.original_name or edit.name): None}
    name, original = _writable(edit.name), edit.original_name
    if original is not None and original != name:
        return _rename(_writable(original), name, edit.value, own)
    value = own(name) if edit.value is None else edit.value
    if value is None:
        raise NoValueError(f"{name} has no value to keep", hint="send one")
    check_value(name, value)
    return {name: value}


def _rename(original: SecretName, name: SecretName, value: Hidden[str] | None, own: Own) -> Writes:
    kept = own(original)
    if kept is None:
        raise NoSuchSecretError(
            f"this config sets no {original} that could be renamed", hint="set the new name instead"
        )
    if own(name) is not None:
        raise NameTakenError(f"this config sets {name} already", hint="delete it first, or choose another name")
    new = kept if value is None else value
    check_value(name, new)
    return {original: None, name: new}


def _writable(text: str) -> SecretName:
    name = parse_secret_name(text)
    check_writable(name)
    return name
