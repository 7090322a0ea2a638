import yaml
from click.testing import CliRunner

from headwater.cli.main import root
from headwater.resources.crds import KINDS


def test_every_crd_is_printed_as_one_stream() -> None:
    result = CliRunner().invoke(root, ["crds"])
    printed = [document["spec"]["names"]["kind"] for document in yaml.safe_load_all(result.stdout)]
    assert printed == [kind.name for kind in KINDS]


def test_single_kinds_are_printed_on_demand() -> None:
    result = CliRunner().invoke(root, ["crds", "--kind", "SecretStore", "--kind", "Password"])
    printed = [document["spec"]["names"]["kind"] for document in yaml.safe_load_all(result.stdout)]
    assert printed == ["SecretStore", "Password"]


def test_a_kind_that_does_not_exist_is_a_usage_error() -> None:
    result = CliRunner().invoke(root, ["crds", "--kind", "Pod"])
    assert result.exit_code == 2
    assert "'Pod' is not one of" in result.stderr
