"""Templates: how long one takes to parse, and to render from the cache, beside gotpl (PyPI) in the same run.

Five templates of users. Both hold a template that was parsed before, and data in their own form that was made before:
the operator makes it once for all templates of an object. gotpl is given its own Sprig.
"""

import itertools
import time
from collections.abc import Callable

import gotpl
from gotpl.funcs import sprig

from headwater.gotemplate import Ambient, Template, dot_of

_DATA = {
    "user": "admin",
    "password": "s3cr3t!",  # throw-away, for tests
    "host": "db.internal",
    "port": "5432",
    "name": "orders",
    "json": '{"user":"admin","roles":["read","write"],"limits":{"cpu":2,"memory":"1Gi"}}',
    "hosts": "a.internal,b.internal,c.internal",
}
_TEMPLATES = {
    "connection string": "postgresql://{{ .user }}:{{ .password | urlquery }}@{{ .host }}:{{ .port }}/{{ .name }}",
    "docker config": (
        '{"auths":{"registry.example.com":{"username":{{ .user | quote }},"password":{{ .password | quote }},'
        '"auth":{{ printf "%s:%s" .user .password | b64enc | quote }}}}}'
    ),
    "properties": (
        "{{- range $key, $value := . }}\n"
        '{{ $key | upper | replace "-" "_" }}={{ $value | quote }}\n'
        "{{- end }}\n"
    ),
    "from JSON": (
        "{{- $doc := .json | fromJson }}\n"
        "user: {{ $doc.user }}\n"
        "{{- range $doc.roles }}\n- {{ . | upper }}\n{{- end }}\n"
        'memory: {{ $doc.limits.memory | default "1Gi" }}\n'
    ),
    "ten lines": (
        "[server]\n"
        'host = {{ .host | quote }}\n'
        "port = {{ .port | int }}\n"
        "\n"
        "[login]\n"
        "user = {{ .user | upper }}\n"
        "password = {{ .password | b64enc }}\n"
        '{{- if eq .user "admin" }}\n'
        'role = {{ printf "%s-role" .user }}\n'
        "{{- end }}\n"
    ),
}  # fmt: skip
_ROUNDS = 9
_SECONDS = 0.15


def run() -> None:
    """Print microseconds: the best of nine rounds, ours and gotpl's one after the other."""
    functions = sprig.text_func_map()
    environment = gotpl.Environment(functions=functions)
    ratios: list[float] = []
    print(f"{'template':20}{'parse':>10}{'gotpl':>10}{'render':>10}{'gotpl':>10}   µs; times faster")
    for name, text in _TEMPLATES.items():
        figures = _measured(text, environment)
        parse, gotpl_parse, render, gotpl_render = figures
        ratios += [gotpl_parse / parse, gotpl_render / render]
        cells = "".join(f"{figure:10.0f}" for figure in figures)
        print(f"{name:20}{cells}   parse {gotpl_parse / parse:.1f}, render {gotpl_render / render:.1f}")
    print(f"at least {min(ratios):.1f} times faster than gotpl")


def _measured(text: str, environment: gotpl.Environment) -> tuple[float, float, float, float]:
    """Our parse, gotpl's, our render from the cache, gotpl's."""
    names = map(str, itertools.count())
    compiled = environment.from_string(text)
    ambient = Ambient.of_process(seconds=3_600)
    template, data = Template.parse(text, name="key"), dot_of(_DATA)
    return (
        _best(lambda: Template.parse(text, name=next(names))),  # a new name is a new template to the cache
        _best(lambda: environment.from_string(text)),
        _best(lambda: template.render(data, ambient=ambient)),
        _best(lambda: compiled.render(_DATA)),
    )


def _best(call: Callable[[], object]) -> float:
    """Microseconds of one call."""
    call()
    return min(_round(call) for _ in range(_ROUNDS)) * 1e6


def _round(call: Callable[[], object]) -> float:
    count, started = 0, time.perf_counter()
    while time.perf_counter() - started < _SECONDS:
        call()
        count += 1
    return (time.perf_counter() - started) / count
