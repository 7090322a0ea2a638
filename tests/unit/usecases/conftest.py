from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.crypto.envelope import new_key
from tests.support.desk import Desk, Template


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder, root = tmp_path_factory.mktemp("bare"), new_key()
    made = Desk(folder, root)
    made.close()
    return Template(folder, root, made.owner)


@pytest.fixture(scope="session")
def with_shop(bare: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    folder = tmp_path_factory.mktemp("with-shop")
    made = bare.copy_to(folder)
    made.project()
    made.close()
    return Template(folder, bare.root, bare.owner)


@pytest.fixture
def desk(bare: Template, tmp_path: Path) -> Iterator[Desk]:
    """An installation and nothing in it."""
    opened = bare.copy_to(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def shop(with_shop: Template, tmp_path: Path) -> Iterator[Desk]:
    """An installation with a project `shop`."""
    opened = with_shop.copy_to(tmp_path)
    yield opened
    opened.close()
