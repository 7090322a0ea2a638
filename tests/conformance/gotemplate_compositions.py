"""Writes random templates: every function with arguments of its types, composed a few levels deep, and some wrong ones.

    .venv/bin/python tests/conformance/gotemplate_compositions.py COUNT SEED > requests.jsonl

Each line is a case without an answer. A program with Go's own engine answers them; the result is a table for
`gotemplate.py` beside this file (`--merge REQUESTS ANSWERS` joins the two). Nothing here depends on the clock, on
randomness or on an order that Go leaves open.
"""
# ruff: noqa: T201, S311, E501 - it prints, the same for the same seed; and a pool reads best as a block

import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from headwater.gotemplate.functions.catalogue import FUNCTIONS
from headwater.gotemplate.functions.registry import Function
from headwater.gotemplate.values import gotypes
from headwater.gotemplate.values.gotypes import GoType

DATA = {
    "user": "admin",
    "password": "s3cr3t!&<>\"'",  # throw-away, for tests
    "host": "db.internal.example.com",
    "port": "5432",
    "empty": "",
    "multi": "line one\nline two\n\n  indented\n",
    "uni": "héllo 世界 🔑 ÅÇ",
    "json": '{"a":1,"b":{"c":[1,2.5,{"d":"deep"}]},"t":true,"n":null,"f":1.5,"s":"str","big":12345678}',
    "list": '["x","y",3,null,{"k":"v"}]',
    "yaml": "a: 1\nb: [yes, 2.50, ~]\nc:\n  d: text\n",
    "neg": "-7",
    "csv": "a,b,,c",
}
_BINARY = {"bin": "AP+AwMHCYWLDqQ=="}
# Random, dependent on the clock, ordered by chance, or making keys: left out.
_LEFT_OUT = frozenset(
    [
        "now",
        "ago",
        "randAlpha",
        "randAlphaNum",
        "randAscii",
        "randNumeric",
        "randBytes",
        "randInt",
        "uuidv4",
        "shuffle",
        "bcrypt",
        "encryptAES",
        "genPrivateKey",
        "genCA",
        "genCAWithKey",
        "genSelfSignedCert",
        "genSelfSignedCertWithKey",
        "genSignedCert",
        "genSignedCertWithKey",
        "pemToPkcs12",
        "pemToPkcs12Pass",
        "fullPemToPkcs12",
        "fullPemToPkcs12Pass",
        "pemTruststoreToPKCS12",
        "pemTruststoreToPKCS12Pass",
        "keys",
        "values",
        "fail",
        "call",
        "and",
        "or",
        "derivePassword",
    ]
)
_WORDS = (
    "", "a", "hello world", "Hello, World", "HTTPServer2Go", "first_name", "foo-bar baz", "  spaced  ", "x=1&y=2", "null",
    "true", "42", "3.14", "0x1f", "017", "1e3", "-5", "a,b,c", "a/b/c.txt", "/etc/../x", "über", "ÀÉ ß", "日本", "tab\there",
    "two\nlines", 'quote"d', "it's", "<b>&", "ababab", "aXbXc", "%d%s", "{}", "[1,2]", '{"a":1}', "key: value", "on",
    "\u2028", "\U0001f511", "end\n", "2021-03-04", "1h30m", "1.2.3", "v1.2", "a.b", "..", "$1", "\\d", "ǆ", "İ",
)  # fmt: skip
_PATTERNS = (
    "a", "[a-z]+", "^a|b$", "(a)(b)?", "\\d+", "(?i)HELLO", "x*", "", "[", "(", "a{2}", "(?P<n>[a-z])(\\w)", "\\bl", ".",
    "[^a-z0-9]+", "(?m)^l", "\\s+", "a**", "[[:alpha:]]", "\\pL", "(?s).+", "a|ab", "é", "\\W", "$", "(?U)a+", "\\x41",
)  # fmt: skip
_REPLACEMENTS = ("", "-", "$1", "${1}x", "$0", "$n", "$$", "$", "${n}", "$1W", "é")
_LAYOUTS = (
    "2006-01-02", "2006-01-02T15:04:05Z07:00", "Jan 2, 2006 at 3:04pm (MST)", "Monday, 02-Jan-06 15:04:05 MST", "15h04m",
    "_2 Jan", "__2 002", "05.000", "05.999", "Z0700 -07", "20060102", "3PM", "", "x", "January Jan 1 01", "2006.1.2,999",
)  # fmt: skip
_DATES = (
    "2021-03-04",
    "2020-02-29",
    "2021-02-30",
    "1999-12-31T23:59:59Z",
    "2021-03-04T05:06:07+05:30",
    "20210304",
    "x",
    "",
)
_DURATIONS = ("1h", "-90m", "1.5s", "2h45m10s", "300ms", "1us", "bad", "", "0", "26h", "9000h", "5", "1d")
_ZONES = ("UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Local", "Nowhere", "")
_URLS = (
    "https://u:p%20w@host.com:8443/a%2Fb?x=1#f", "http://h", "//h/p", "/p?q", "mailto:a@b", "http://a b/", ":bad", "",
    "postgres://u@[::1]:5432/db", "http://h:x/", "a:b", "http://h/%zz", "s3://b/k?v=1&w", "HTTP://H/", "http://h?#",
)  # fmt: skip
_VERSIONS = ("1.2.3", "v2.0", "1.2.3-alpha.1+b", "0.1", "bad", "1", "1.2.3-0", "10.20.30", "01.2", "1.2.3-rc")
_CONSTRAINTS = (
    "^1.2",
    "~1.2.3",
    ">=1, <2",
    "1.x || >3",
    "1.2 - 2",
    "*",
    "!=1.2.3",
    "bad",
    ">1.2.3-alpha",
    "=v1.2.3",
    "<2",
)
_YAMLS = (
    "a: 1", "- 1", "x", "", "a: [1, {b: yes}]", "a: |\n  text\n", "a: 0o17", "a: 1_000", "a: &x 1\nb: *x", "a: 2020-01-01",
    "{a: 1", "a: 'b", "1: 2", "true: x", "a: ~", "a: .inf", "a: 12:30", "<<: {a: 1}", 'a: "\\u00e9"', "? a\n: b", "a:\n- 1",
)  # fmt: skip
_JSONS = (
    '{"a":1}', "[1,2]", "bad", "", "null", '"x"', '{"a":[{"b":null}]}', "1e400", "[1,", '{"a" 1}', "true", "tru", "-0", "01",
    '"\\u00e9\\n"', '"\\ud800"', '{"a":1,"a":2}', " [ ] ", "1.50", "12345678901234567890", '"\x01"', '"\\x"', "[1 2]",
)  # fmt: skip
_ENCODED = ("aGVsbG8=", "//79", "!!!", "YQ==YQ==", "YWI", "NBSWY3DP", "6869", "zz", "", "YR==", "aGVs\nbG8=")
_FORMATS = (
    "%v", "%s", "%d", "%q", "%x", "%5d|", "%-8s|", "%08.3f", "%+v", "%#v", "%T", "%t", "%c", "%U", "%e", "%g", "%6.2f|",
    "%%", "%", "%z", "%[1]v", "%*d", "% x", "%#x", "%o", "%b", "%X", "%.2s", "%+q", "%#q", "%v %v", "%s-%d", "%!", "%010d",
)  # fmt: skip
_PATHS = ("/a/b.txt", "a//b/../c", "", "/", ".", "a.tar.gz", "/..", "a/", "./x", "../..", "b", ".hidden", "a/b.c/d")
_FIXED: dict[str, tuple[tuple[str, ...] | None, ...]] = {
    **dict.fromkeys(("regexMatch", "regexFind", "regexFindAll", "regexSplit"), (_PATTERNS, None, None)),
    **dict.fromkeys(("regexReplaceAll", "regexReplaceAllLiteral"), (_PATTERNS, None, _REPLACEMENTS)),
    "date": (_LAYOUTS,),
    "dateInZone": (_LAYOUTS, None, _ZONES),
    "date_in_zone": (_LAYOUTS, None, _ZONES),
    "htmlDateInZone": (None, _ZONES),
    "toDate": (_LAYOUTS, _DATES),
    "mustToDate": (_LAYOUTS, _DATES),
    "dateModify": (_DURATIONS,),
    "date_modify": (_DURATIONS,),
    "mustDateModify": (_DURATIONS,),
    "must_date_modify": (_DURATIONS,),
    "durationRound": (_DURATIONS,),
    "urlParse": (_URLS,),
    "semver": (_VERSIONS,),
    "semverCompare": (_CONSTRAINTS, _VERSIONS),
    "fromYaml": (_YAMLS,),
    "fromJson": (_JSONS,),
    "mustFromJson": (_JSONS,),
    "b64dec": (_ENCODED,),
    "b32dec": (_ENCODED,),
    "hexdec": (_ENCODED,),
    "printf": (_FORMATS,),
    "htpasswd": (None, None, ("sha",)),
    **dict.fromkeys(("base", "dir", "clean", "ext", "isAbs"), (_PATHS,)),
    "typeIs": (("int", "string", "float64", "[]interface {}", "map[string]interface {}", "int64", "<nil>"),),
    "kindIs": (("int", "string", "float64", "slice", "map", "bool", "invalid", "struct"),),
}
_SHOW_A_TIME = ("date", "dateInZone", "date_in_zone", "htmlDate", "htmlDateInZone")
_METHODS = (
    "Year", "Month", "Day", "Hour", "Minute", "Unix", "Weekday", "YearDay", "UTC", "IsZero", "UnixNano", 'Format "2006"',
    "AddDate 0 1 -3", "Add 3600000000000", 'Sub (toDate "2006" "2020")', 'Before (toDate "2006" "2030")', "Location",
    "Truncate 60000000000", "Nope", "wall", "Date", 'Equal (toDate "2006" "2021")', "Round 3600000000000", "ISOWeek",
)  # fmt: skip
_VERSION_METHODS = (
    "Major",
    "Minor",
    "Patch",
    "Prerelease",
    "Metadata",
    "Original",
    "IncMajor",
    "IncPatch",
    "String",
    "No",
)


class Composer:
    """Expressions by the type that is wanted."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        usable = [function for name, function in sorted(FUNCTIONS.items()) if name.decode() not in _LEFT_OUT]
        self._functions = usable
        self._by_result: dict[GoType, list[Function]] = {}
        for function in usable:
            self._by_result.setdefault(function.signature.result, []).append(function)

    def template(self) -> str:
        """A call of a function chosen evenly, shown in one way or another."""
        function = self._random.choice(self._functions)
        call = self._call(function, 2)
        return self._random.choice(_SHAPES).replace("@", call)

    def _pick(self, *choices: str) -> str:
        return self._random.choice(choices)

    def _call(self, function: Function, depth: int) -> str:
        params = list(function.signature.params)
        if function.signature.variadic:
            extra = self._random.choice((0, 1, 1, 2, 2, 3, 4))
            params = params[:-1] + [params[-1]] * extra
        if self._random.random() < 0.02:
            params = params[:-1] if params else [gotypes.INT]
        name = function.name.decode()
        words = [self._argument(name, index, wanted, depth) for index, wanted in enumerate(params)]
        if words and self._random.random() < 0.15:
            return f"{words[-1]} | {' '.join([name, *words[:-1]])}"
        return " ".join([name, *words])

    def _argument(self, name: str, index: int, wanted: GoType, depth: int) -> str:
        if name not in _SHOW_A_TIME and self._random.random() < 0.03:
            wanted = self._random.choice((gotypes.STRING, gotypes.INT, gotypes.FLOAT64, gotypes.ANY_MAP, gotypes.ANY))
        fixed = _FIXED.get(
            name, _FIXED.get(name.replace("must", "", 1)[:1].lower() + name.replace("must", "", 1)[1:], ())
        )
        pool = fixed[index] if index < len(fixed) else None
        if name in _SHOW_A_TIME and wanted is gotypes.ANY:
            return self._pick("(int64 1614834367)", self._plain(gotypes.TIME, depth))  # all else means now
        if wanted is gotypes.INT:  # never computed: a width of millions would only fill disks
            return self._plain(wanted, depth)
        if pool is not None and self._random.random() < 0.9:
            return _literal(self._random.choice(pool))
        return self.expression(wanted, depth)

    def expression(self, wanted: GoType, depth: int) -> str:
        makers = self._by_result.get(wanted, [])
        if depth > 0 and makers and self._random.random() < 0.45:
            return f"({self._call(self._random.choice(makers), depth - 1)})"
        return self._plain(wanted, depth)

    def _plain(self, wanted: GoType, depth: int) -> str:
        makers: dict[GoType, Callable[[], str]] = {
            gotypes.STRING: self._string,
            gotypes.INT: self._integer,
            gotypes.UINT32: self._integer,
            gotypes.BOOL: lambda: self._pick("true", "false", '(eq .user "admin")', "(not .empty)"),
            gotypes.FLOAT64: lambda: self._pick("0.5", "1.5", "-2.25", "3", "1e3", "0.1"),
            gotypes.ANY_SLICE: lambda: self._list(depth),
            gotypes.STRING_SLICE: lambda: self._list(depth),
            gotypes.INT_SLICE: lambda: self._list(depth),
            gotypes.ANY_MAP: lambda: self._dict(depth),
            gotypes.TIME: lambda: f"(toDate {_literal('2006-01-02')} {_literal(self._random.choice(_DATES))})",
            gotypes.HASH_ALGORITHM: lambda: '"sha"',
        }
        return makers.get(wanted, lambda: self._anything(depth))()

    def _integer(self) -> str:
        return str(self._random.choice((0, 1, 2, 3, 5, 8, 12, -1, -2, 1)))

    def _string(self) -> str:
        if self._random.random() < 0.35:
            return "." + self._pick(*DATA, *_BINARY)
        return _literal(self._random.choice(_WORDS))

    def _list(self, depth: int) -> str:
        if self._random.random() < 0.25:
            return self._pick(
                '(splitList "," .csv)', "(until 4)", "(list)", "(fromJson .list)", "nil", "(untilStep 1 9 3)"
            )
        items = (self._anything(depth - 1) for _ in range(self._random.randint(0, 4)))
        return f"({' '.join(['list', *items])})"

    def _dict(self, depth: int) -> str:
        if self._random.random() < 0.25:
            return self._pick(
                "(fromJson .json)", "(dict)", "(fromYaml .yaml)", "(fromJson .json).b", '(urlParse "http://h/p")'
            )
        keys = self._random.sample(("a", "b", "c", "key", "10", "9", "é", "A b", ""), self._random.randint(0, 4))
        pairs = (f"{_literal(key)} {self._anything(depth - 1)}" for key in keys)
        return f"({' '.join(['dict', *pairs])})"

    def _anything(self, depth: int) -> str:
        kinds = (
            gotypes.STRING,
            gotypes.STRING,
            gotypes.INT,
            gotypes.BOOL,
            gotypes.FLOAT64,
            gotypes.ANY_SLICE,
            gotypes.ANY_MAP,
        )
        if depth <= 0:
            return self._pick(
                "nil", "0", "1", "1.5", "true", '""', '"x"', ".user", "7", "(int64 3)", "1e6", "-3", "'x'"
            )
        if self._random.random() < 0.1:
            return self._pick(
                '(toDate "2006" "2021")',
                '(semver "1.2.3")',
                "(int64 9)",
                "(float64 2)",
                "nil",
                ".",
                "2i",
                "(index .user 0)",
                '(split "," .csv)',
                "(chunk 2 (list 1 2 3))",
                '(date_modify "1h" (toDate "2006" "2020"))',
            )
        return self.expression(self._random.choice(kinds), depth - 1)

    def method(self) -> str:
        """A method of a time or a version."""
        if self._random.random() < 0.3:
            return f"(semver {_literal(self._random.choice(_VERSIONS))}).{self._random.choice(_VERSION_METHODS)}"
        date = f"(toDate {_literal(self._random.choice(_LAYOUTS[:2]))} {_literal(self._random.choice(_DATES))})"
        return f"{date}.{self._random.choice(_METHODS)}"


_SHAPES = (
    "{{ @ }}", "{{ @ }}", "{{ @ }}", "{{ @ | toJson }}", "{{ @ | toYaml }}", '{{ @ | printf "%v %T" | quote }}',
    "{{ $x := @ }}[{{ $x }}]", "{{ if @ }}yes{{ else }}no{{ end }}", "{{ range @ }}<{{ . }}>{{ else }}none{{ end }}",
    "{{ with @ }}{{ . }}{{ else }}empty{{ end }}", "{{ (@) | typeOf }}", "{{ range $i, $e := @ }}{{ $i }}={{ $e }} {{ end }}",
    '{{ printf "%#v" (@) }}', "{{ len (@) }}", "a {{- @ -}} b", '{{ (@) | default "d" }}',
)  # fmt: skip


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")


def compositions(count: int, seed: int) -> Iterator[dict[str, object]]:
    composer = Composer(seed)
    for index in range(count):
        method = index % 40 == 0
        template = "{{ " + composer.method() + " }}" if method else composer.template()
        yield {"id": f"random/{seed}/{index}", "template": template, "data": DATA, "data_b64": _BINARY}


def merge(requests: Path, answers: Path) -> Iterator[dict[str, object]]:
    """The cases with what the engine answered to them, in the same order."""
    lines = zip(requests.read_text().strip().split("\n"), answers.read_text().strip().split("\n"), strict=True)
    for request, answer in lines:
        yield {**json.loads(request), **json.loads(answer)}


def main(arguments: list[str]) -> None:
    if arguments[0] == "--merge":
        cases = merge(Path(arguments[1]), Path(arguments[2]))
    else:
        cases = compositions(int(arguments[0]), int(arguments[1]))
    for case in cases:
        print(json.dumps(case, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
