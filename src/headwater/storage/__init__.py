"""The database: tables, numbered migrations, a repository per aggregate, transactions. Sealed values only.

One code for SQLite and PostgreSQL; what differs between them stands in `engines`. `storage` is where to begin.
"""
