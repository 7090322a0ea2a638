"""`headwater template render`: a manifest's templates on data of one's own, without a cluster.

The surprise: an error shows the line it is in, but never a value, since the terminal may be a log of CI.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NoReturn, TextIO

import click
import msgspec
import yaml

from headwater.domain.errors import InvalidInputError
from headwater.gotemplate import DELIMITERS, Ambient, TemplateError
from headwater.gotemplate import Template as GoTemplate
from headwater.resources.template import Template, TemplateFrom

_KINDS = {"ExternalSecret": ("spec", "target", "template"), "PushSecret": ("spec", "template")}


@click.group("template")
def command() -> None:
    """Try out the templates of ExternalSecrets and PushSecrets."""


@command.command("render")
@click.option(
    "-f",
    "--file",
    "file",
    type=click.File("r", encoding="utf-8"),
    required=True,
    help="A manifest of an ExternalSecret or a PushSecret; - reads it from stdin.",
)
@click.option("--text", is_flag=True, help="The file is a bare template, not a manifest.")
@click.option("--data", "pairs", multiple=True, metavar="KEY=VALUE", help="A value; KEY=@FILE reads it from a file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of YAML.")
@click.option("--delimiters", nargs=2, metavar="LEFT RIGHT", help="What actions stand between.")
def render(
    *, file: TextIO, text: bool, pairs: tuple[str, ...], as_json: bool, delimiters: tuple[str, str] | None
) -> None:
    """Render templates as the operator does and print the Secret, or the text."""
    data = dict(map(_pair, pairs))
    source, marks = file.read(), delimiters or DELIMITERS
    if text:
        click.echo(_rendered("template", source, data, marks), nl=False)
        return
    secret = _secret(_template(source), data, marks)
    click.echo(json.dumps(secret, indent=2) if as_json else yaml.safe_dump(secret, sort_keys=False), nl=as_json)


def _pair(pair: str) -> tuple[str, bytes]:
    name, equals, value = pair.partition("=")
    if not equals or not name:
        raise click.BadParameter(f"{pair!r} is not KEY=VALUE", param_hint="--data")
    if not value.startswith("@"):
        return name, value.encode()
    try:
        return name, Path(value[1:]).read_bytes()
    except OSError as error:
        raise InvalidInputError(f"cannot read {value[1:]}: {error.strerror}") from error


def _template(manifest: str) -> Template:
    """The template of the first manifest that has one."""
    try:
        documents = list(yaml.safe_load_all(manifest))
    except yaml.YAMLError as error:
        raise InvalidInputError("the file is no YAML", hint="give a manifest, or --text for a bare template") from error
    for document in documents:
        found = _dig(document, _KINDS.get(document.get("kind", ""), ())) if isinstance(document, dict) else None
        if isinstance(found, dict):
            return _converted(found)
    kinds = " or ".join(_KINDS)
    raise InvalidInputError(f"no {kinds} with a template in the file", hint="for a bare template give --text")


def _dig(document: object, path: tuple[str, ...]) -> object:
    for name in path:
        document = document.get(name) if isinstance(document, dict) else None
    return document if path else None


def _converted(template: Mapping[str, object]) -> Template:
    try:
        return msgspec.convert(template, Template)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"the template does not follow its schema: {error}") from error


def _secret(template: Template, data: Mapping[str, bytes], marks: tuple[str, str]) -> dict[str, object]:
    """The Secret as the operator would write it; values that are no text are in base64 under `data`."""
    values: dict[str, bytes] = {}
    metadata: dict[str, dict[str, str]] = {"Labels": {}, "Annotations": {}}
    for place, key, value in _made(template, data, marks):
        if place == "Data":
            values[key] = value
        else:
            metadata.setdefault(place, {})[key] = value.decode("utf-8", "replace")
    texts = {key: value.decode() for key, value in values.items() if _is_text(value)}
    binary = {key: base64.b64encode(value).decode() for key, value in values.items() if key not in texts}
    parts = {
        "type": template.type,
        "metadata": {name.lower(): entries for name, entries in metadata.items() if entries},
        "stringData": texts,
        "data": binary,
    }
    return {"apiVersion": "v1", "kind": "Secret"} | {name: part for name, part in parts.items() if part}


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _made(template: Template, data: Mapping[str, bytes], marks: tuple[str, str]) -> Iterator[tuple[str, str, bytes]]:
    """Where, under which key, and what; later entries win."""
    for source in template.template_from:
        yield from _from_literal(source, data, marks)
    places = {"Data": template.data}
    if template.metadata is not None:
        places |= {"Labels": template.metadata.labels, "Annotations": template.metadata.annotations}
    for place, templates in places.items():
        for key, text in templates.items():
            yield place, key, _rendered(key, text, data, marks)


def _from_literal(
    source: TemplateFrom, data: Mapping[str, bytes], marks: tuple[str, str]
) -> Iterator[tuple[str, str, bytes]]:
    if source.literal is None:
        raise InvalidInputError(
            "templateFrom reads a ConfigMap or Secret of the cluster", hint="try its text alone with --text"
        )
    rendered = _rendered(source.literal, source.literal, data, marks)
    made = yaml.safe_load(rendered)
    if not isinstance(made, dict):
        raise InvalidInputError("the literal of templateFrom does not render to a map of keys and values")
    for key, value in made.items():
        yield source.target, str(key), str(value).encode()


def _rendered(name: str, text: str, data: Mapping[str, bytes], marks: tuple[str, str]) -> bytes:
    try:
        return GoTemplate.parse(text, name=name, delimiters=marks).render(data, ambient=Ambient.of_process())
    except TemplateError as error:
        _explain(error, text)


def _explain(error: TemplateError, text: str) -> NoReturn:
    """The message, the line, and a mark under the place."""
    lines = text.split("\n")
    line = lines[min(error.line, len(lines)) - 1]
    shown = [error.message, "", f"  {line}"]
    if error.column is not None:
        before = line.encode()[: error.column].decode("utf-8", "replace")
        shown.append("  " + "".join("\t" if char == "\t" else " " for char in before) + "^")
    raise InvalidInputError("\n".join(shown)) from error
