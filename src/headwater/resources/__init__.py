"""Kubernetes and external-secrets.io objects as structs, the CRDs made from them, and what is pure about them.

The struct is the one source: the API server's schema is generated from it, so a field has one name, one type and one
description. Its surprise: what the schema demands (patterns, enums of strings, sizes) is checked by the API server
alone. Decoding is lenient, since the operator also runs on the CRDs of External Secrets Operator.
"""
