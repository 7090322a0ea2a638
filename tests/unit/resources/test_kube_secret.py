import base64
import io

import msgspec
from rich.console import Console
from rich.pretty import pprint

from headwater.resources.kube_secret import KubeSecret, TargetMetadata
from headwater.resources.meta import ObjectMeta
from tests.support.canary import CANARY, secret

VALUE = secret("hunter2").encode()
SECRET = KubeSecret(metadata=ObjectMeta(namespace="default", name="db"), data={"PASSWORD": VALUE})


def test_data_is_base64_on_the_wire_and_bytes_here() -> None:
    wire = msgspec.json.encode(SECRET)
    assert base64.b64encode(VALUE) in wire
    assert msgspec.json.decode(wire, type=KubeSecret).data == {"PASSWORD": VALUE}


def test_a_secret_never_shows_its_data() -> None:
    rich = io.StringIO()
    pprint(SECRET, console=Console(file=rich))
    shown = [repr(SECRET), str(SECRET), f"{SECRET}", repr([SECRET]), rich.getvalue()]
    assert all("db" in text and CANARY not in text for text in shown)


def test_of_all_annotations_only_those_that_decide_something_are_kept() -> None:
    wire = msgspec.json.encode(
        {
            "metadata": {
                "name": "db",
                "annotations": {
                    "kubectl.kubernetes.io/last-applied-configuration": VALUE.decode(),
                    "reconcile.external-secrets.io/data-hash": "1bed",
                },
            }
        }
    )
    target = msgspec.json.decode(wire, type=TargetMetadata)
    assert target.metadata.annotations.data_hash == "1bed"
    assert CANARY.encode() not in msgspec.json.encode(target)
