"""The embedded Kubernetes API: one process, in memory, that kubectl and the operator take for a cluster.

Its one surprise: here objects are plain decoded JSON and not structs. An API server stores whatever its schemas allow,
also of kinds that it learns at run time; docs/adr/2026-11-25-devcluster-in-plain-json.md says why and at what price.
Stored objects are never changed in place: every write makes new dicts and shares what it did not touch, so `is` tells
what a write left alone.
"""
