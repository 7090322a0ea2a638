"""Command lines of kubectl, to be run against devcluster and against a real API server: both must answer alike.

A scene is a namespace of its own, called as the scene is; its lines run in order. `{{…}}` in no line: what a line needs
comes by standard input. Lines that are answered differently stand in `DIFFERENCES`, each with its reason.
"""

from typing import Final

from tests.devcluster.kubectl_bad_input import BAD_INPUT
from tests.devcluster.kubectl_everyday import EVERYDAY
from tests.devcluster.kubectl_kinds import KINDS
from tests.devcluster.kubectl_line import Line, config_map, deployment, widget

WIDGETS: Final = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets, singular: widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Color, type: string, jsonPath: .spec.color}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    selectableFields: [{jsonPath: .spec.color}]
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, maximum: 10}
              color: {type: string, enum: [red, green], default: red}
              code: {type: string, pattern: '^[a-z]+$', minLength: 2, maxLength: 4}
              tags: {type: array, items: {type: string}, x-kubernetes-list-type: set, maxItems: 3}
              one:
                {type: object, minProperties: 1, maxProperties: 1, properties: {a: {type: string}, b: {type: string}}}
              open: {type: object, x-kubernetes-preserve-unknown-fields: true}
              flag: {type: boolean}
              any: {x-kubernetes-int-or-string: true}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items: {type: object, required: [name], properties: {name: {type: string}, count: {type: integer}}}
          status:
            type: object
            properties:
              conditions:
                type: array
                items: {type: object, properties: {type: {type: string}, status: {type: string}}}
  - name: v1beta1
    served: true
    storage: false
    schema:
      openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
"""


_SECOND_CONTAINER = '{"spec":{"template":{"spec":{"containers":[{"name":"b","image":"b:1"}]}}}}'
_PATCHED_FIELDS = "{.metadata.managedFields[?(@.manager==\\'kubectl-patch\\')].fieldsV1}"
_SET = "{.spec.template.spec.serviceAccountName}{.spec.template.spec.containers[0].resources}"
_STATUS_AND_SPEC = '{"spec":{"size":7},"status":{"conditions":[{"type":"Ready","status":"True"}]}}'
_EXTERNAL_SECRET = (
    "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: app}\nspec:\n  refreshInterval: 1h\n"
    "  secretStoreRef: {name: store, kind: SecretStore}\n  data:\n  - secretKey: A\n    remoteRef: {key: A}\n"
)
_LEASE = "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {name: l}\nspec: "
_SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: b}\n"

SCENES: Final[dict[str, list[Line]]] = {
    **EVERYDAY,
    **BAD_INPUT,
    **KINDS,
    "t-create": [
        Line("create configmap c --from-literal=a=1 --from-literal=b=2"),
        Line("create configmap c --from-literal=a=1"),
        Line("create configmap Bad_Name --from-literal=a=1"),
        Line("create configmap d --from-literal=a=1 --dry-run=server"),
        Line("get configmap d"),
        Line("create configmap d --from-literal=a=1 --dry-run=client -o yaml"),
        Line("create secret generic s --from-literal=a=1"),
        Line("get secret s -o yaml"),
        Line("create secret generic s --from-literal=a=1"),
        Line("create secret docker-registry r --docker-server=x --docker-username=u --docker-password=p"),
        Line("get secret r -o jsonpath={.type}"),
        Line("create secret generic t --type=kubernetes.io/tls --from-literal=a=1"),
        Line("create serviceaccount robot"),
        Line("create serviceaccount robot"),
        Line("create namespace t-create"),
        Line("create namespace Not_Valid"),
        Line("create role r --verb=get --resource=secrets"),
        Line("create rolebinding b --role=r --serviceaccount=t-create:robot"),
        Line("get rolebinding b -o wide"),
        Line("create deployment web --image=nginx --replicas=0"),
        Line("create deployment web --image=nginx"),
        Line("create service clusterip svc --tcp=80:8080"),
        Line("get service svc -o jsonpath={.spec.ports}"),
        Line("create -f -", config_map("from-file", "{a: '1'}")),
        Line("create -f -", config_map("from-file", "{a: '1'}")),
        Line("create -f -", config_map("wrong", "{a: 1}")),
        Line("create -f -", config_map("wrong", "[a]")),
        Line("create -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndta: {a: b}\n"),
        Line("create -f - --validate=false", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndta: {a: b}\n"),
        Line("create -f - --validate=warn", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y}\ndta: {a: b}\n"),
        Line("create -f -", "apiVersion: v1\nkind: Nonsense\nmetadata: {name: x}\n"),
        Line("create -f -", "apiVersion: nonsense.example/v1\nkind: Nonsense\nmetadata: {name: x}\n"),
        Line("create -f -", "kind: ConfigMap\nmetadata: {name: x}\n"),
        Line("create -f -", "a: [b\n"),
        Line("create -f -", config_map("elsewhere", "{a: b}", ", namespace: other")),
        Line("create -f -", config_map("", "{a: b}")),
        Line("create -f -", config_map("keyed", "{'a b': c}")),
        Line("create -f -", config_map("labelled", "{}", ", labels: {a: 'not valid!'}")),
        Line("create -f -", config_map("mislabelled", "{}", ", labels: 1")),
        Line("create -f -", widget("mislabelled", "{size: 1}", more=", labels: {a: 1}")),
        Line("create -f -", widget("mislabelled", "{size: 1}", more=", labels: [a]")),
        Line("create -f -", widget("strange", "{size: 1}", more=", strange: 1")),
        Line("create -f -", config_map("disowned", "{}", ", ownerReferences: [{name: x}]")),
        Line("create -f -", widget("null", "{size: null}")),
        Line("create configmap lost --from-literal=a=1 --namespace=no-such-namespace"),
        Line("create clusterrole t-create --verb=get --resource=secrets"),
        Line("create clusterrolebinding t-create --clusterrole=t-create --user=me"),
        Line("get clusterrolebinding t-create -o wide"),
        Line("create job once --image=app:1"),
        Line("create cronjob often --image=app:1 --schedule=*/5"),
        Line("create poddisruptionbudget pdb --selector=app=a --min-available=1"),
        Line("create priorityclass t-create --value=5"),
        Line("create quota q --hard=pods=5"),
        Line("create ingress in --rule=example.com/*=svc:80"),
        Line("create service externalname ext --external-name=example.com"),
        Line(
            "create -f -",
            "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: l}}\n",
        ),
        Line("create -f -", config_map("many", "{a: b}") + "---\n" + config_map("many", "{a: b}")),
        Line("create -f -", config_map("made", "{a: b}", ", uid: 0, resourceVersion: '5'")),
        Line("create secret generic big --from-literal=a=b --from-literal=a=c"),
        Line("create role bad --verb=get --resource=nonsense"),
    ],
    "t-get": [
        Line("create configmap a --from-literal=x=1"),
        Line("create configmap b --from-literal=x=1"),
        Line("label configmap a tier=web team=one"),
        Line("label configmap b tier=db"),
        Line("get configmap a"),
        Line("get configmap a b"),
        Line("get configmap nope"),
        Line("get configmap a nope"),
        Line("get configmap a -o name"),
        Line("get configmap a -o jsonpath={.data.x}"),
        Line("get configmap a -o yaml"),
        Line("get configmap a -o json"),
        Line("get cm/a secret/none"),
        Line("get cm -l tier=web"),
        Line("get cm -l tier!=web,tier -o name"),
        Line("get cm -l tier\\ in\\ (web,db) --show-labels"),
        Line("get cm -l tier\\ notin\\ (web) -L tier"),
        Line("get cm -l !tier -o name"),
        Line("get cm -l bad==selector== -o name"),
        Line("get cm --field-selector=metadata.name=a -o name"),
        Line("get cm --field-selector=data.x=1 -o name"),
        Line("get cm --chunk-size=1 -o name"),
        Line("get cm --no-headers -l tier"),
        Line("get cm -o custom-columns=N:.metadata.name,X:.data.x -l tier"),
        Line("get cm --sort-by=.metadata.name -l tier"),
        Line("get secrets"),
        Line("get nonsense"),
        Line("get ns t-get"),
        Line("get ns t-get -o yaml"),
        Line("get ns no-such"),
        Line("get all"),
        Line("get --raw /api/v1/namespaces/t-get/configmaps/nope"),
        Line("get --raw /no/such/path"),
        Line("get configmap a --show-managed-fields -o jsonpath={.metadata.managedFields[0].manager}"),
        Line("describe configmap a"),
        Line("describe configmap nope"),
        Line("describe ns t-get"),
        Line("get serviceaccount default -o name"),
        Line("get configmap a --subresource=status"),
        Line("get cm a -o go-template={{.metadata.name}}"),
        Line("get cm --all-namespaces -l tier=web"),
        Line("get configmaps,secrets -l tier"),
        Line("get cm --ignore-not-found nope"),
        Line("get --raw /api/v1/namespaces/t-get/configmaps?limit=x"),
        Line("get --raw /apis/apps/v1/namespaces/t-get/nonsense"),
        Line("get --raw /api/v1/namespaces/t-get/configmaps?continue=nonsense"),
    ],
    "t-apply": [
        Line("apply -f -", config_map("c", "{a: '1', b: '2'}")),
        Line("apply -f -", config_map("c", "{a: '1', b: '2'}")),
        Line("diff -f -", config_map("c", "{a: '1', b: '2'}")),
        Line("apply -f -", config_map("c", "{a: '1', d: '3'}")),
        Line("get configmap c -o jsonpath={.data}"),
        Line("apply view-last-applied configmap c"),
        Line("apply -f - --dry-run=server", config_map("c", "{a: '9'}")),
        Line("get configmap c -o jsonpath={.data}"),
        Line("apply -f -", config_map("c", "{a: '1'}") + "---\n" + config_map("e", "{a: '1'}")),
        Line("apply -f -", _SECRET),
        Line("apply -f -", _SECRET),
        Line("get secret s -o jsonpath={.data}"),
        Line("apply -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndta: {a: b}\n"),
        Line("apply -f -", config_map("wrong", "{a: 1}")),
        Line("apply -f -", config_map("Wrong", "{a: b}")),
        Line("apply -f -", config_map("c", "{'a b': c}")),
        Line("create configmap plain --from-literal=a=1"),
        Line("apply -f -", config_map("plain", "{a: '2'}")),
        Line("replace -f -", config_map("c", "{r: '1'}")),
        Line("replace -f -", config_map("none", "{r: '1'}")),
        Line("replace -f -", config_map("c", "{r: '1'}", ", resourceVersion: '1'")),
        Line("replace --force -f -", config_map("c", "{r: '2'}")),
        Line("get configmap c -o jsonpath={.data}"),
        Line("apply -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fixed}\ndata: {a: b}\nimmutable: true\n"),
        Line("apply -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fixed}\ndata: {a: c}\nimmutable: true\n"),
        Line("apply -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fixed}\ndata: {a: b}\n"),
    ],
    "t-server-side": [
        Line("apply --server-side -f -", config_map("c", "{a: '1', b: '2'}")),
        Line("apply --server-side -f -", config_map("c", "{a: '1', b: '2'}")),
        Line("get configmap c -o yaml --show-managed-fields"),
        Line("apply --server-side --field-manager=other -f -", config_map("c", "{a: '9'}")),
        Line("apply --server-side --field-manager=other -f -", config_map("c", "{a: '9', b: '9'}")),
        Line("apply --server-side --field-manager=other --force-conflicts -f -", config_map("c", "{a: '9'}")),
        Line("apply --server-side -f -", config_map("c", "{b: '2'}")),
        Line("get configmap c -o jsonpath={.data}"),
        Line("get configmap c -o yaml --show-managed-fields"),
        Line("apply --server-side --field-manager=other -f -", config_map("c", "{}")),
        Line("get configmap c -o jsonpath={.data}"),
        Line("apply --server-side -f -", deployment("web", more="  replicas: 0\n")),
        Line("apply --server-side --field-manager=hpa -f -", deployment("web", more="  replicas: 1\n")),
        Line("apply --server-side --field-manager=img -f -", deployment("web", image="app:2")),
        Line("apply --server-side --dry-run=server -f -", config_map("new", "{a: b}")),
        Line("get configmap new"),
        Line("apply --server-side -f -", widget("w", "{size: 1, parts: [{name: a, count: 1}]}")),
        Line("apply --server-side --field-manager=other -f -", widget("w", "{size: 1, parts: [{name: b, count: 2}]}")),
        Line("get widget w -o yaml --show-managed-fields"),
        Line("apply --server-side --field-manager=other -f -", widget("w", "{size: 2, parts: [{name: a, count: 3}]}")),
        Line("apply --server-side -f -", widget("w", "{size: 3, tags: [x], parts: []}")),
        Line("get widget w -o jsonpath={.spec}"),
        Line("apply --server-side -f -", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndta: {a: b}\n"),
        Line("create -f -", config_map("made", "{a: '1'}")),
        Line("apply --server-side -f -", config_map("made", "{a: '2'}")),
        Line("get configmap made -o yaml --show-managed-fields"),
        Line("apply -f -", config_map("moved", "{a: '1', b: '1'}")),
        Line("apply --server-side -f -", config_map("moved", "{a: '1'}")),
        Line("get configmap moved -o yaml --show-managed-fields"),
        Line("apply --server-side --field-manager=other -f -", config_map("moved", "{a: '9'}")),
    ],
    "t-patch": [
        Line("create configmap c --from-literal=a=1 --from-literal=b=2"),
        Line('patch configmap c -p {"data":{"a":"9"}}'),
        Line('patch configmap c -p {"data":{"a":"9"}}'),
        Line('patch configmap c --type=merge -p {"data":{"b":null}}'),
        Line('patch configmap c --type=json -p [{"op":"add","path":"/data/j","value":"x"}]'),
        Line('patch configmap c --type=json -p [{"op":"remove","path":"/data/none"}]'),
        Line('patch configmap c --type=json -p [{"op":"test","path":"/data/a","value":"1"}]'),
        Line('patch configmap c --type=json -p [{"op":"replace","path":"/data/none","value":"1"}]'),
        Line('patch configmap c --type=json -p {"op":"test"}'),
        Line('patch configmap none -p {"data":{"a":"9"}}'),
        Line("patch configmap c -p {not"),
        Line('patch configmap c -p {"data":{"a":5}}'),
        Line('patch configmap c -p {"dta":{"a":"5"}}'),
        Line('patch configmap c --type=merge -p {"metadata":{"name":"d"}}'),
        Line('patch configmap c --type=merge -p {"metadata":{"resourceVersion":"1"},"data":{"z":"1"}}'),
        Line("get configmap c -o jsonpath={.data}"),
        Line("create -f -", widget("w", "{size: 1}")),
        Line('patch widget w --type=merge -p {"spec":{"size":2}}'),
        Line('patch widget w --type=strategic -p {"spec":{"size":2}}'),
        Line('patch widget w --type=merge -p {"spec":{"size":99}}'),
        Line('patch widget w --type=merge -p {"spec":{"unknown":1}}'),
        Line('patch widget w --type=merge -p {"spec":{"color":null}}'),
        Line("get widget w -o jsonpath={.spec}"),
        Line(f"patch widget w --subresource=status --type=merge -p {_STATUS_AND_SPEC}"),
        Line("get widget w -o jsonpath={.spec}{.status}{.metadata.generation}"),
        Line('patch widget w --type=merge -p {"status":{"conditions":[]}}'),
        Line("get widget w"),
        Line("wait --for=condition=Ready widget/w --timeout=5s"),
        Line("wait --for=jsonpath={.spec.size}=2 widget/w --timeout=5s"),
        Line("wait --for=delete widget/none --timeout=5s"),
        Line("label configmap c x=y"),
        Line("label configmap c x=z"),
        Line("label configmap c x=z --overwrite"),
        Line("label configmap c x-"),
        Line("label configmap c x-"),
        Line("label configmap none x=y"),
        Line("annotate configmap c note=hello"),
        Line("annotate configmap c note-"),
        Line("annotate configmap none note=hello"),
        Line("set env deployment/none A=B"),
    ],
    "t-delete": [
        Line("create configmap a --from-literal=x=1"),
        Line("create configmap b --from-literal=x=1"),
        Line("create configmap d --from-literal=x=1"),
        Line("delete configmap a"),
        Line("delete configmap a"),
        Line("delete configmap a --ignore-not-found"),
        Line("delete configmap b --dry-run=server"),
        Line("get configmap b"),
        Line("delete configmap b d -o name"),
        Line("create secret generic s --from-literal=a=1"),
        Line("delete secret s --now"),
        Line("delete -f -", config_map("none", "{}")),
        Line("create -f -", config_map("held", "{}", ", finalizers: [example.com/hold]")),
        Line("delete configmap held --wait=false"),
        Line("get configmap held -o jsonpath={.metadata.finalizers}"),
        Line(
            'patch configmap held --type=merge -p {"metadata":{"finalizers":["example.com/hold","example.com/more"]}}'
        ),
        Line('patch configmap held --type=merge -p {"metadata":{"finalizers":null}}'),
        Line("get configmap held"),
        Line("create configmap l1 --from-literal=x=1"),
        Line("label configmap l1 gone=yes"),
        Line("delete configmap -l gone=yes"),
        Line("delete configmap -l gone=yes"),
        Line("delete ns default"),
        Line("delete ns no-such"),
        Line("create ns t-delete-other"),
        Line("create configmap inner --from-literal=x=1 --namespace=t-delete-other"),
        Line("delete ns t-delete-other"),
        Line("get ns t-delete-other"),
        Line("delete nonsense x"),
        Line("create -f -", deployment("web", more="  replicas: 0\n")),
        Line("delete deployment web --cascade=orphan"),
        Line("create deployment fg --image=app:1 --replicas=0"),
        Line("delete deployment fg --cascade=foreground"),
        Line("get deployment fg"),
        Line("create configmap raw --from-literal=a=1"),
        Line("delete --raw /api/v1/namespaces/t-delete/configmaps/raw"),
        Line("delete --raw /api/v1/namespaces/t-delete/configmaps/raw"),
        Line("delete configmap raw --force --grace-period=0"),
        Line("delete secrets --all"),
        Line("delete configmap"),
    ],
    "t-custom": [
        Line("get crd widgets.example.com -o jsonpath={.status.acceptedNames.kind}{.status.storedVersions}"),
        Line("get widgets"),
        Line("create -f -", widget("w", "{size: 1, any: 50%, open: {x: {y: [1]}}}")),
        Line("get wd w -o yaml"),
        Line("get wd"),
        Line("get widgets.v1beta1.example.com w -o jsonpath={.apiVersion}{.spec}"),
        Line("create -f -", widget("no-size", "{color: red}")),
        Line("create -f -", widget("w2", "{size: big}")),
        Line("create -f -", widget("w2", "{size: 0}")),
        Line("create -f -", widget("w2", "{size: 11}")),
        Line("create -f -", widget("w2", "{size: 1.5}")),
        Line("create -f -", widget("w2", "{size: 1, color: blue}")),
        Line("create -f -", widget("w2", "{size: 1, color: 5}")),
        Line("create -f -", widget("w2", "{size: 1, code: X1}")),
        Line("create -f -", widget("w2", "{size: 1, code: a}")),
        Line("create -f -", widget("w2", "{size: 1, code: abcde}")),
        Line("create -f -", widget("w2", "{size: 1, tags: [a, a]}")),
        Line("create -f -", widget("w2", "{size: 1, tags: [a, b, c, d]}")),
        Line("create -f -", widget("w2", "{size: 1, one: {}}")),
        Line("create -f -", widget("w2", "{size: 1, one: {a: x, b: y}}")),
        Line("create -f -", widget("w2", "{size: 1, flag: 'yes'}")),
        Line("create -f -", widget("w2", "{size: 1, parts: [{name: a}, {name: a}]}")),
        Line("create -f -", widget("w2", "{size: 1, parts: [{count: 1}]}")),
        Line("create -f -", widget("w2", "{size: 0, color: blue}")),
        Line("create -f -", widget("w2", "[]")),
        Line("create -f -", widget("w2", "{size: 1, extra: {deep: 1}, parts: [{name: a, more: 1}]}")),
        Line("create -f - --validate=warn", widget("w3", "{size: 1, extra: 1}")),
        Line("get wd w3 -o jsonpath={.spec}"),
        Line("create -f -", widget("w4", "{size: 1, color: null, flag: null}")),
        Line("get wd w4 -o jsonpath={.spec}"),
        Line("create -f -", widget("w5", "{size: 1, anything: goes}", version="v1beta1")),
        Line("create -f -", widget("w6", "{size: 1}", version="v2")),
        Line("create -f -", widget("Bad_Name", "{size: 1}")),
        Line("apply -f -", widget("w", "{size: 2}")),
        Line("apply -f -", widget("w", "{size: 2}")),
        Line("apply -f -", widget("w", "{size: 0}")),
        Line("replace -f -", widget("w", "{size: 3}", more=", resourceVersion: '1'")),
        Line("get wd --field-selector=spec.color=red -o name"),
        Line("get wd --field-selector=spec.size=1 -o name"),
        Line("get widget w -o jsonpath={.metadata.generation}"),
        Line("explain widget.spec.size"),
        Line("explain widget.spec.nonsense"),
        Line("delete widget w w3"),
        Line(
            "create -f -",
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: bad}\n"
            "spec: {group: example.com, scope: Namespaced, names: {kind: Bad, plural: bads}, versions: []}\n",
        ),
    ],
    "t-workloads": [
        Line("apply -f -", deployment("web", more="  replicas: 0\n")),
        Line("get deployment web"),
        Line("get deployment web -o jsonpath={.spec}"),
        Line("apply -f -", deployment("web", labels="app: b")),
        Line("apply -f -", deployment("broken", image="")),
        Line("apply -f -", deployment("Broken")),
        Line("apply -f -", deployment("web", more="  replicas: -1\n")),
        Line("apply -f -", deployment("web", more="  replicas: many\n")),
        Line("apply -f -", deployment("web", more="  replcas: 1\n")),
        Line("scale deployment web --replicas=0"),
        Line("scale deployment none --replicas=1"),
        Line("scale deployment web --replicas=2 --current-replicas=5"),
        Line("set image deployment/web c=app:2"),
        Line("set image deployment/web nope=app:2"),
        Line("set env deployment/web A=B"),
        Line("get deployment web -o jsonpath={.spec.template.spec.containers[0].env}"),
        Line('patch deployment web -p {"spec":{"template":{"spec":{"containers":[{"name":"c","image":"app:3"}]}}}}'),
        Line("get deployment web -o jsonpath={.spec.template.spec.containers[*].image}"),
        Line("rollout pause deployment/web"),
        Line("rollout resume deployment/web"),
        Line("rollout restart deployment/web"),
        Line("rollout status deployment/web --timeout=20s"),
        Line("rollout status deployment/none"),
        Line("rollout history deployment/web"),
        Line("rollout undo deployment/web"),
        Line("rollout undo deployment/web --to-revision=99"),
        Line("rollout history deployment/none"),
        Line("get deployment web -o jsonpath={.spec.template.spec.containers[*].image}"),
        Line("get replicasets --sort-by=.metadata.name -o name"),
        Line("expose deployment web --port=80 --dry-run=client -o name"),
        Line("expose deployment web --port=80"),
        Line("set resources deployment/web --limits=cpu=1"),
        Line("set serviceaccount deployment/web robot"),
        Line(f"get deployment web -o jsonpath={_SET}"),
        Line("label deployment web -l app=none x=y"),
        Line("get replicasets -o name --no-headers"),
        Line("create deployment owned --image=app:1 --replicas=0"),
        Line(f"patch deployment owned -p {_SECOND_CONTAINER}"),
        Line(f"get deployment owned -o jsonpath={_PATCHED_FIELDS} --show-managed-fields"),
        Line("delete deployment web"),
        Line("delete deployment web"),
        Line(
            "apply -f -",
            "apiVersion: v1\nkind: Service\nmetadata: {name: svc}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n",
        ),
        Line("get service svc -o jsonpath={.spec.type}{.spec.ports}"),
        Line("apply -f -", "apiVersion: v1\nkind: Service\nmetadata: {name: none}\nspec: {selector: {app: a}}\n"),
        Line("create -f -", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: []}\n"),
        Line("create -f -", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{image: x}]}\n"),
    ],
    "t-questions": [
        Line("auth can-i get secrets"),
        Line("auth can-i '*' '*'"),
        Line("version --client"),
        Line("api-versions --nonsense"),
        Line("api-resources --api-group=example.com"),
        Line("api-resources --api-group=external-secrets.io -o name"),
        Line("explain configmap.nonsense"),
        Line("explain nonsense"),
        Line("create token nobody"),
        Line("create token default --duration=1s"),
        Line("get lease none"),
        Line(
            "create -f -",
            f"{_LEASE}{{holderIdentity: me, leaseDurationSeconds: 15}}\n",
        ),
        Line("get lease l"),
        Line(
            "create -f -",
            _LEASE.replace("l}", "m}") + "{leaseDurationSeconds: 0}\n",
        ),
        Line("events"),
        Line("get events"),
        Line("get externalsecrets"),
        Line("get es,ss"),
        Line("create -f -", _EXTERNAL_SECRET.replace("v1\n", "v1beta1\n", 1)),
        Line("get es app -o jsonpath={.apiVersion}{.spec}"),
        Line("get externalsecrets.v1beta1.external-secrets.io app -o jsonpath={.apiVersion}"),
        Line("get es app"),
        Line("apply -f -", _EXTERNAL_SECRET.replace("kind: SecretStore", "kind: Nonsense")),
        Line("apply -f -", _EXTERNAL_SECRET.replace("secretKey", "secretkey")),
        Line("apply -f -", _EXTERNAL_SECRET.replace("name: app", "name: App", 1)),
        Line("apply --server-side -f -", _EXTERNAL_SECRET),
        Line("apply --server-side --field-manager=other -f -", _EXTERNAL_SECRET.replace("1h", "2h")),
        Line("annotate es app force-sync=1 --overwrite"),
        Line("get es --field-selector=spec.secretStoreRef.name=store -o name"),
        Line("explain externalsecret.spec.refreshInterval"),
        Line('patch es app --subresource=status --type=merge -p {"status":{"refreshTime":"2026-11-25T00:00:00Z"}}'),
        Line('patch es app --subresource=status --type=merge -p {"status":{"refreshTime":5}}'),
        Line("delete es app"),
        Line("explain deployment.spec.replicas --output=plaintext-openapiv2"),
        Line("explain deployment.spec.replicas"),
        Line("auth can-i --list"),
        Line("version"),
        Line("create token default --audience=me --duration=601s -o jsonpath={.kind}{.spec.audiences}"),
        Line("auth whoami -o jsonpath={.kind}"),
        Line("cluster-info"),
    ],
}

DIFFERENCES: Final[dict[str, str]] = {
    "t-get: get --raw /api/v1/namespaces/t-get/configmaps?continue=nonsense": "what is in a continue token is ours",
    "t-questions: explain deployment.spec.replicas --output=plaintext-openapiv2": "OpenAPI v2 describes nothing",
    "t-questions: explain deployment.spec.replicas": "descriptions of built-in kinds are not ours to give",
    "t-questions: auth can-i --list": "there is no RBAC: everything is allowed, by one rule",
    "t-questions: version": "it says that it is devcluster",
}
"""`scene: line` → why devcluster answers otherwise."""
