"""Any series of writes, against the plainest model of what a config shows: a dict, and substitution.

A write is taken exactly when every view can be computed after it; a view that reads differently carries the newest
change; two downloads have one ETag exactly when they have one body.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from headwater.domain.errors import InvalidInputError
from headwater.domain.hidden import Hidden
from headwater.domain.references import references_in
from headwater.usecases.downloads import download_secrets, parse_form
from headwater.usecases.refs import ConfigRef
from tests.support.desk import Desk, Template

Place = tuple[str, str]
Values = dict[tuple[Place, str], str]
Edits = dict[str, str | None]

DEV, DEV_X, PRD, INFRA = ("shop", "dev"), ("shop", "dev_x"), ("shop", "prd"), ("infra", "dev")
PLACES = (DEV, DEV_X, PRD, INFRA)
ROOTS = {DEV_X: DEV}

NAMES = st.sampled_from("ABC")
TEXTS = st.one_of(
    st.sampled_from(["1", "2"]),
    st.builds("<${{{}}}>".format, NAMES),
    st.builds("${{{}.{}}}".format, st.sampled_from(["dev", "dev_x", "prd"]), NAMES),
    st.builds("${{{}.dev.{}}}".format, st.sampled_from(["shop", "infra"]), NAMES),
)
WRITES = st.lists(
    st.tuples(
        st.sampled_from(PLACES), st.dictionaries(NAMES, st.one_of(TEXTS, TEXTS, st.none()), min_size=1, max_size=2)
    ),
    min_size=6,
    max_size=12,
)


class UnreadableError(Exception):
    """In the model: a loop, or a reference to nothing."""


class Model:
    def __init__(self) -> None:
        self.values: Values = {}

    def after(self, place: Place, edits: Edits) -> "Model":
        new = Model()
        written = {(place, name): text for name, text in edits.items()}
        new.values = {key: text for key, text in {**self.values, **written}.items() if text is not None}
        return new

    def shown(self, place: Place) -> dict[str, str]:
        """Raw values by name."""
        layers = [ROOTS[place], place] if place in ROOTS else [place]
        return {name: text for layer in layers for (owner, name), text in self.values.items() if owner == layer}

    def view(self, place: Place) -> dict[str, str]:
        return {name: self.read(place, name, ()) for name in self.shown(place)}

    def read(self, place: Place, name: str, path: tuple[tuple[Place, str], ...]) -> str:
        shown = self.shown(place)
        if (place, name) in path or name not in shown:
            raise UnreadableError
        text = shown[name]
        for reference in references_in(Hidden(text)):
            target = (reference.project or place[0], reference.config or place[1])
            if target not in PLACES:
                raise UnreadableError
            value = self.read(target, reference.name, (*path, (place, name)))
            text = text.replace(str(reference), value)
        return text

    def is_readable(self) -> bool:
        try:
            for place in PLACES:
                self.view(place)
        except UnreadableError:
            return False
        return True


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, bare: Template) -> Template:
    """A database with the four configs of the model."""
    folder = tmp_path_factory.mktemp("ready")
    made = bare.copy_to(folder)
    made.project("shop")
    made.project("infra")
    made.branch("dev_x")
    made.close()
    return Template(folder, bare.root, bare.owner)


@contextmanager
def copied(ready: Template) -> Iterator[Desk]:
    folder = Path(tempfile.mkdtemp())
    desk = ready.copy_to(folder)
    try:
        yield desk
    finally:
        desk.close()
        shutil.rmtree(folder)


def downloaded(desk: Desk, place: Place) -> tuple[str, dict[str, str]]:
    """The ETag and the body, without the auto secrets."""
    project, config = place
    reply = desk.read(lambda call: download_secrets(call, ConfigRef(project, config), parse_form("json")))
    body = json.loads(reply.content.reveal())  # type: ignore[union-attr]  # no tag was sent, so no 304
    return reply.etag, {name: value for name, value in body.items() if not name.startswith("DOPPLER_")}


class Checked:
    """A desk and the model, written to side by side."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.model = Model()
        self.etags: dict[tuple[Place, str], str] = {}

    def write(self, place: Place, edits: Edits) -> None:
        wanted, change = self.model.after(place, edits), self.desk.newest_change()
        before = {each: self.model.view(each) for each in PLACES}
        if not wanted.is_readable():
            with pytest.raises(InvalidInputError):
                self.desk.set(place[1], edits, project=place[0])
            wanted = self.model
        else:
            self.desk.set(place[1], edits, project=place[0])
        assert self.desk.newest_change() == change + (wanted.values != self.model.values)
        self.model = wanted
        for each in PLACES:
            self.look(each, before[each])

    def look(self, place: Place, before: dict[str, str]) -> None:
        etag, body = downloaded(self.desk, place)
        assert body == self.model.view(place)
        assert self.etags.setdefault((place, json.dumps(body)), etag) == etag
        if body != before:
            assert self.desk.view_change(place[1], project=place[0]) == self.desk.newest_change()


@given(WRITES)
# Not shrunk: each example is a database, and a series of writes reads well as it is.
@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_any_series_of_writes_shows_what_the_model_shows(ready: Template, writes: list[tuple[Place, Edits]]) -> None:
    with copied(ready) as desk:
        checked = Checked(desk)
        for root in (DEV, PRD, INFRA):  # something to refer to
            checked.write(root, {"A": "a", "B": "b", "C": "c"})
        for place, edits in writes:
            checked.write(place, edits)
        assert len(set(checked.etags.values())) == len(checked.etags)
