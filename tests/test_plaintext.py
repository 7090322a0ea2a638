"""Plaintext is revealed in few places, and each is named here with its reason."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "headwater"

REVEALERS = {
    "cli/commands/run.py": "puts values into the environ of a command",
    "cli/commands/secrets.py": "prints values, because it was asked to",
    "cli/quickstart/apps.py": "makes the Secret that holds the store's token",
    "cli/quickstart/loading.py": "keeps the store's token in its folder",
    "cli/quickstart/system.py": "keeps the owner's token in its folder",
    "cli/output.py": "prints values, because it was asked to",
    "cli/commands/server.py": "prints the owner's token, once",
    "client/download.py": "reads a download",
    "client/replies.py": "reads a reply",
    "client/transport.py": "sends the token",
    "crypto/digests.py": "digests under a key",
    "crypto/envelope.py": "seals and opens",
    "crypto/keyring.py": "holds the keys",
    "crypto/root_key.py": "reads and writes the root key",
    "crypto/tokens.py": "checks the form of a token",
    "domain/references.py": "resolves references",
    "domain/secrets.py": "measures a value",
    "formats/base.py": "writes a download",
    "kube/access.py": "reads a kubeconfig",
    "kube/transport.py": "sends the credential",
    "operator/external_secret/assemble.py": "makes the data of a target",
    "operator/feeds/masking.py": "masks values in a cause",
    "operator/feeds/reading.py": "digests what a reference picks",
    "operator/providers/doppler.py": "reads a body",
    "operator/providers/picking.py": "picks from a body",
    "operator/target.py": "hashes and writes a target",
    "server/exchange.py": "sends a download",
    "usecases/downloads.py": "makes the ETag of a body",
    "wire/codec.py": "encodes a reply",
}


def test_plaintext_is_revealed_only_where_it_must_be() -> None:
    assert sorted(_revealers()) == sorted(REVEALERS)


def _revealers() -> set[str]:
    return {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "reveal"
    }
