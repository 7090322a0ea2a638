"""JSON and YAML as Go's encoding/json, sigs.k8s.io/yaml and go-yaml v2 read and write them."""
