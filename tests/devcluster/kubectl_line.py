"""One command line of kubectl, and the objects that several tables of them use."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One command line, without `kubectl` and without the namespace, and what it reads."""

    command: str
    stdin: str = ""


def config_map(name: str, data: str, more: str = "") -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{more}}}\ndata: {data}\n"


def widget(name: str, spec: str, version: str = "v1", more: str = "") -> str:
    return f"apiVersion: example.com/{version}\nkind: Widget\nmetadata: {{name: {name}{more}}}\nspec: {spec}\n"


def deployment(name: str, image: str = "app:1", more: str = "", labels: str = "app: a") -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n"
        f"  selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {{{labels}}}}}\n"
        f"    spec: {{containers: [{{name: c, image: '{image}'}}]}}\n{more}"
    )
