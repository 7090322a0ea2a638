"""What a person sees: the Secret, the text, or the line with a mark under the place that fails."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from headwater.cli.commands.template import command
from headwater.domain.errors import HeadwaterError

MANIFEST = """
apiVersion: v1
kind: ConfigMap
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
spec:
  target:
    template:
      type: Opaque
      metadata:
        labels: {app: "{{ .user }}"}
      templateFrom:
        - literal: "a: {{ .user }}\\nb: 12\\n"
        - literal: "note: {{ .user }}"
          target: Annotations
      data:
        url: "pg://{{ .user }}:{{ .pw | urlquery }}@h"
        bin: "{{ .pw | b64dec }}"
"""
DATA = ("--data", "user=bob", "--data", "pw=//79")


def run(*arguments: str, text: str = MANIFEST) -> Result:
    return CliRunner().invoke(command, ["render", "-f", "-", *arguments], input=text)


def refusal(*arguments: str, text: str = MANIFEST) -> str:
    result = run(*arguments, text=text)
    assert isinstance(result.exception, HeadwaterError)
    return str(result.exception)


WANTED = {
    "apiVersion": "v1",
    "kind": "Secret",
    "type": "Opaque",
    "metadata": {"labels": {"app": "bob"}, "annotations": {"note": "bob"}},
    "stringData": {"a": "bob", "b": "12", "url": "pg://bob:%2F%2F79@h"},
    "data": {"bin": "//79"},
}


def test_a_manifest_renders_to_a_secret() -> None:
    assert yaml.safe_load(run(*DATA).output) == WANTED
    assert json.loads(run(*DATA, "--json").output) == WANTED


def test_a_push_secret_has_a_template_too() -> None:
    manifest = 'kind: PushSecret\nspec: {template: {data: {a: "{{ .user | upper }}"}}}'
    assert yaml.safe_load(run(*DATA, text=manifest).output)["stringData"] == {"a": "BOB"}


def test_bare_text_renders_to_text(tmp_path: Path) -> None:
    (tmp_path / "user").write_text("from a file")
    arguments = ("--text", "--delimiters", "[[", "]]", "--data", f"user=@{tmp_path}/user")
    assert run(*arguments, text="[[ .user ]] {{").output == "from a file {{"


def test_an_error_shows_its_line_and_a_mark_under_its_place() -> None:
    assert refusal("--text", *DATA, text="a\n\té {{ .user }}{{ .nope }}\n").split("\n") == [
        'template template, line 2, column 18: at <.nope>: map has no entry for key "nope"',
        "",
        "  \té {{ .user }}{{ .nope }}",
        "  \t" + " " * 16 + "^",
    ]


def test_an_error_of_the_parser_shows_its_line() -> None:
    assert refusal("--text", text="{{ nope }}").endswith('line 1: function "nope" not defined\n\n  {{ nope }}')


REFUSED = {
    "a: [": "the file is no YAML",
    "kind: Secret": "no ExternalSecret or PushSecret with a template in the file",
    "- 1": "no ExternalSecret or PushSecret with a template in the file",
    "kind: ExternalSecret\nspec: {target: {}}": "no ExternalSecret or PushSecret with a template in the file",
    "kind: PushSecret\nspec: {template: {data: 1}}": "the template does not follow its schema",
    "kind: PushSecret\nspec: {template: {templateFrom: [{configMap: {name: c, items: []}}]}}": "templateFrom reads a",
    "kind: PushSecret\nspec: {template: {templateFrom: [{literal: x}]}}": "the literal of templateFrom does not render",
}


@pytest.mark.parametrize("text", REFUSED)
def test_refusals(text: str) -> None:
    assert refusal(text=text).startswith(REFUSED[text])


def test_data_must_be_key_and_value(tmp_path: Path) -> None:
    assert run("--data", "user").exit_code == 2
    assert run("--data", "=x").exit_code == 2
    assert refusal("--data", f"a=@{tmp_path}/none").startswith("cannot read")
