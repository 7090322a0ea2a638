from pathlib import Path

import headwater.operator.providers as package
from headwater.operator.providers import load_providers
from headwater.resources.secret_store import PROVIDERS


def test_every_module_of_the_folder_is_a_provider_of_its_own_name() -> None:
    loaded = load_providers({})
    modules = {file.stem for file in Path(next(iter(package.__path__))).glob("[a-z]*.py")}
    assert set(loaded) == modules - {"protocol", "picking"}
    assert all(provider.name == name for name, provider in loaded.items())


def test_the_schema_lists_the_providers_that_exist() -> None:
    assert set(load_providers({})) == set(PROVIDERS)
