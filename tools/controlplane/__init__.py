"""A real Kubernetes control plane without containers: built from Go modules, run on loopback, with RBAC.

Needs Go and openssl, and nothing of Python but its standard library, so that it can be built before the project is
set up.
"""
