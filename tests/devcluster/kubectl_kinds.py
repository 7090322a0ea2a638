"""Custom kinds: what a schema refuses, defaults and scales, and which definitions are none."""

# ruff: noqa: E501 - command lines are as long as people write them

from typing import Final

from tests.devcluster.kubectl_line import Line

GADGETS: Final = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {kind: Gadget, plural: gadgets, singular: gadget, shortNames: [gd]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}
    additionalPrinterColumns:
    - {name: Mode, type: string, jsonPath: .spec.mode, description: how it works}
    - {name: Wide, type: string, jsonPath: .spec.email, priority: 1}
    - {name: Weight, type: number, jsonPath: .spec.weight}
    schema:
      openAPIV3Schema:
        type: object
        description: A gadget.
        required: [spec]
        properties:
          spec:
            type: object
            description: What it is to be.
            required: [mode]
            oneOf:
            - {required: [a]}
            - {required: [b]}
            anyOf:
            - {properties: {replicas: {minimum: 0}}}
            - {required: [email]}
            not: {required: [forbidden]}
            properties:
              mode: {type: string, enum: [fast, slow], description: How it works.}
              replicas: {type: integer, format: int32, minimum: 0, default: 1}
              a: {type: string, minLength: 1}
              b: {type: array, minItems: 1, items: {type: integer, multipleOf: 2}}
              forbidden: {type: string}
              email: {type: string, format: email}
              when: {type: string, format: date-time}
              day: {type: string, format: date}
              ip: {type: string, format: ipv4}
              uri: {type: string, format: uri}
              bytes: {type: string, format: byte}
              weight: {type: number, exclusiveMinimum: true, minimum: 0, maximum: 100, exclusiveMaximum: true}
              labels: {type: object, additionalProperties: {type: string, maxLength: 3}, maxProperties: 2}
              nested:
                type: object
                default: {}
                properties:
                  depth: {type: integer, default: 3}
                  list: {type: array, items: {type: object, required: [x], properties: {x: {type: integer}, y: {type: string, default: why}}}}
              nullable: {type: string, nullable: true, default: full}
              tmpl: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
              big: {type: integer, format: int64}
          status:
            type: object
            properties:
              replicas: {type: integer}
              selector: {type: string}
"""


def _gadget(name: str, spec: str, more: str = "") -> str:
    return f"apiVersion: example.com/v1\nkind: Gadget\nmetadata: {{name: {name}{more}}}\nspec: {spec}\n"


def _object(api_version: str, kind: str, name: str, rest: str = "", meta: str = "") -> str:
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: {name}{meta}}}\n{rest}"


KINDS: Final[dict[str, list[Line]]] = {
    "t-gadgets": [
        Line("create -f -", _gadget("tg1", "{mode: fast, a: x}")),
        Line("get gadget tg1 -o yaml"),
        Line("get gd tg1"),
        Line("get gd tg1 -o wide"),
        Line("create -f -", _gadget("tg2", "{mode: fast}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, b: [2]}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, forbidden: y}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: ''}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, b: []}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, b: [3]}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, b: [x]}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, email: nope}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, when: yesterday}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, when: '2026-01-01T00:00:00Z', day: '2026-13-01'}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, ip: 1.2.3}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, uri: 'not a uri'}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, bytes: '!!'}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, weight: 0}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, weight: 100}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, weight: heavy}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, labels: {a: abcd}}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, labels: {a: a, b: b, c: c}}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, labels: [a]}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, nested: {list: [{y: z}]}}")),
        Line("create -f -", _gadget("tg2", "{mode: fast, a: x, nested: null}")),
        Line("get gadget tg2 -o jsonpath={.spec}"),
        Line("create -f -", _gadget("tg3", "{mode: fast, a: x, nullable: null, nested: {list: [{x: 1}]}}")),
        Line("get gadget tg3 -o jsonpath={.spec}"),
        Line("create -f -", _gadget("tg4", "{mode: fast, a: x, tmpl: {a: 1}}")),
        Line("create -f -", _gadget("tg5", "{mode: fast, a: x, replicas: -1}")),
        Line("create -f -", _gadget("tg5", "{mode: fast, a: x, replicas: 99999999999}")),
        Line("create -f -", _gadget("tg5", "{mode: fast, a: x, big: 9223372036854775807}")),
        Line("create -f -", _gadget("tg5", "{mode: fast, a: x, big: 9223372036854775808}")),
        Line("create -f -", _gadget("tg5", "{mode: medium, a: x, replicas: -1, email: 5}")),
        Line("create -f -", _gadget("tg5", "{a: x}")),
        Line("create -f -", "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: tg6}\n"),
        Line("create -f -", "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: tg6}\nspec: null\n"),
        Line(
            "create -f -",
            "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: tg6}\nspec: {mode: fast, a: x}\nstatus: {replicas: 5}\n",
        ),
        Line("get gadget tg6 -o jsonpath={.status}"),
        Line("scale gadget tg1 --replicas=3"),
        Line("get gadget tg1 -o jsonpath={.spec.replicas}{.metadata.generation}"),
        Line("get gadget tg1 --subresource=scale -o yaml"),
        Line('patch gadget tg1 --subresource=status --type=merge -p {"status":{"replicas":3,"selector":"a=b"}}'),
        Line("get gadget tg1 --subresource=scale -o jsonpath={.status}"),
        Line("get gadget tg1 --subresource=status -o jsonpath={.status}"),
        Line("scale gadget tg1 --replicas=-1"),
        Line("scale widget none --replicas=1"),
        Line("autoscale gadget tg1 --max=3"),
        Line('patch gadget tg1 --type=json -p [{"op":"replace","path":"/spec/mode","value":"slow"}]'),
        Line('patch gadget tg1 --type=json -p [{"op":"replace","path":"/spec/mode","value":"no"}]'),
        Line('patch gadget tg1 --type=json -p [{"op":"move","from":"/spec/a","path":"/spec/email"}]'),
        Line('patch gadget tg1 --type=json -p [{"op":"add","path":"/spec/nested/list","value":[{"x":1}]}]'),
        Line('patch gadget tg1 --type=json -p [{"op":"add","path":"/spec/nested/list/-","value":{"x":2}}]'),
        Line('patch gadget tg1 --type=json -p [{"op":"add","path":"/spec/nested/list/9","value":{"x":2}}]'),
        Line('patch gadget tg1 --type=json -p [{"op":"fly","path":"/spec"}]'),
        Line('patch gadget tg1 --type=json -p [{"op":"add","path":"spec"}]'),
        Line("get gadget tg1 -o jsonpath={.spec}"),
        Line('patch gadget tg1 --type=merge -p {"kind":"Other"}'),
        Line("patch gadget tg1 --type=merge -p []"),
        Line("patch gadget tg1 --type=merge -p 5"),
        Line('patch gadget tg1 --type=merge -p {"spec":null}'),
        Line("patch gadget tg1 --type=nope -p {}"),
        Line("label gadget tg1 --all a=b"),
        Line("label gadget --all a=b"),
        Line("label gadget tg1 'bad key'=1"),
        Line("label gadget tg1 a=bad/value --overwrite"),
        Line("label gadget tg1 --list"),
        Line("annotate gadget tg1 a=1 b=2"),
        Line("annotate gadget tg1 a=2"),
        Line("annotate gadget tg1 a=2 --overwrite --resource-version=1"),
        Line("explain gadget.spec"),
        Line("explain gadget.spec.nested.list"),
        Line("explain gadget.status.conditions"),
        Line("explain gadget --api-version=example.com/v9"),
        Line("get gadget -o custom-columns=N:.metadata.name,M:.spec.mode --sort-by=.spec.mode"),
        Line("edit gadget tg1"),
        Line("annotate gadget tg1 note=before"),
        Line("edit gadget tg1"),
        Line("get gadget tg1 -o jsonpath={.metadata.annotations.note}"),
        Line("delete gadget tg1 --dry-run=client"),
        Line("delete gadget tg1 --dry-run=server"),
        Line("delete gd tg1 tg2 tg3 tg4 tg6 nope"),
        Line("delete gd --all"),
        Line("delete gd -l a=b -o name"),
    ],
    "t-definitions": [
        Line(
            "apply -f -",
            _object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "things.acrd.example",
                "spec: {group: acrd.example, scope: Namespaced, names: {kind: Thing, plural: things}, versions: [{name: v1alpha1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}}}}}}}]}\n",
            ),
        ),
        Line("wait --for=condition=Established crd/things.acrd.example --timeout=20s"),
        Line("create -f -", _object("acrd.example/v1alpha1", "Thing", "t1", "spec: {a: x}\n")),
        Line(
            "apply -f -",
            _object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "things.acrd.example",
                "spec: {group: acrd.example, scope: Namespaced, names: {kind: Thing, plural: things}, versions: [{name: v1alpha1, served: true, storage: false, deprecated: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}}}}}}}, {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}, b: {type: string, default: dd}}}}}}}]}\n",
            ),
        ),
        Line("wait --for=jsonpath={.status.storedVersions[1]}=v1 crd/things.acrd.example --timeout=20s"),
        Line("get crd things.acrd.example -o jsonpath={.status.storedVersions}"),
        Line("get things.v1.acrd.example t1 -o jsonpath={.apiVersion}{.spec}"),
        Line("get things.v1alpha1.acrd.example t1 -o jsonpath={.apiVersion}{.spec}"),
        Line("get --raw /apis/acrd.example"),
        Line("apply -f -", _object("acrd.example/v1alpha1", "Thing", "t2", "spec: {a: y}\n")),
        Line("get things.v1.acrd.example t2 -o jsonpath={.apiVersion}{.spec}"),
        Line('patch crd things.acrd.example --type=merge -p {"spec":{"scope":"Cluster"}}'),
        Line('patch crd things.acrd.example --type=merge -p {"spec":{"group":"other.example"}}'),
        Line('patch crd things.acrd.example --type=merge -p {"spec":{"names":{"kind":"Other"}}}'),
        Line('patch crd things.acrd.example --type=json -p [{"op":"remove","path":"/spec/versions/0"}]'),
        Line(
            "create -f -",
            _object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "b1.acrd.example",
                "spec: {group: acrd.example, scope: Nope, names: {kind: b1, plural: b1}, versions: [{name: V1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "b1.acrd.example",
                "spec: {group: acrd.example, scope: Cluster, names: {kind: b1, plural: b1}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {}}}}}]}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "b1.acrd.example",
                "spec: {group: acrd.example, scope: Cluster, names: {kind: B1, plural: b1}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: string}}}]}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "b1.acrd.example",
                "spec: {group: acrd.example, scope: Cluster, names: {kind: B1, plural: b1}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {type: nope}}}}}]}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "b1.acrd.example",
                "spec: {group: acrd.example, scope: Cluster, names: {kind: B1, plural: b1}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {type: array}}}}}]}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "b1.acrd.example",
                "spec: {group: acrd.example, scope: Cluster, names: {kind: B1, plural: b1}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {type: integer, default: x}}}}}]}\n",
            ),
        ),
        Line(
            "create -f -",
            _object(
                "apiextensions.k8s.io/v1",
                "CustomResourceDefinition",
                "b1.acrd.example",
                "spec: {group: acrd.example, scope: Cluster, names: {kind: B1, plural: b1}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {type: string, pattern: '('}}}}}]}\n",
            ),
        ),
        Line(
            "create -f -",
            _object("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "b1.acrd.example", "spec: {}\n"),
        ),
        Line("delete crd things.acrd.example"),
    ],
}
