"""Semantic versions and constraints as Masterminds/semver 3.4 reads them."""
