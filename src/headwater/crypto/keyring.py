"""The keyring: root key → workplace key → project key seeds, opened once at start.

Everything it makes for keeping is sealed: `InstallationKeys` and `SealedSeed` go to storage, which sees no key.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from headwater.crypto import digests
from headwater.crypto.envelope import Key, Random, SealBrokenError, SealedValue, new_key, seal, unseal
from headwater.crypto.place import Column, Place
from headwater.domain.errors import IntegrityError, StartupError
from headwater.domain.hidden import Hidden


class UnknownTermError(IntegrityError):
    """A value names a key term of which its project has no seed."""

    code = "unknown_term"


class WrongRootKeyError(StartupError):
    code = "wrong_root_key"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallationKeys:
    """What the installation row keeps: the workplace key under the root key, the two others under the workplace key."""

    workplace_key: SealedValue
    token_pepper: SealedValue
    etag_key: SealedValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedSeed:
    """One term of a project's key: terms count from 1, the newest seals, all of them open."""

    project: str
    term: int
    sealed: SealedValue


Seeds = Callable[[str], Sequence[SealedSeed]]
"""project → its key terms, from the transaction at hand."""


def create_installation_keys(root: Key, workplace: str, *, random: Random = os.urandom) -> InstallationKeys:
    workplace_key = new_key(random=random)

    def under_workplace_key(column: Column) -> SealedValue:
        return seal(workplace_key, _place(column, workplace), new_key(random=random).material, random=random)

    return InstallationKeys(
        workplace_key=seal(root, _place(Column.WORKPLACE_KEY, workplace), workplace_key.material, random=random),
        token_pepper=under_workplace_key(Column.TOKEN_PEPPER),
        etag_key=under_workplace_key(Column.ETAG_KEY),
    )


class Keyring:
    """The opened keys of one installation; `within` gives what a use case seals and opens with.

    Safe to share between threads: all that changes is a cache whose entries never do.
    """

    def __init__(self, root: Key, workplace: str, keys: InstallationKeys) -> None:
        """Open `keys` with `root`.

        Raises:
            WrongRootKeyError: `keys` were sealed under another root key.
            SealBrokenError: `keys` were altered.
        """
        if keys.workplace_key.key_id != root.id:
            raise WrongRootKeyError(
                f"the database needs root key {keys.workplace_key.key_id.hex()}, the file holds {root.id.hex()}",
                hint="give the root key file that was written when this data folder was made",
            )
        self.workplace = workplace
        self._workplace_key = Key(unseal(root, _place(Column.WORKPLACE_KEY, workplace), keys.workplace_key))
        self._pepper = unseal(self._workplace_key, _place(Column.TOKEN_PEPPER, workplace), keys.token_pepper)
        self._etag_key = unseal(self._workplace_key, _place(Column.ETAG_KEY, workplace), keys.etag_key)
        self._seeds: dict[tuple[str, int], Key] = {}

    def within(self, seeds: Seeds) -> "Sealer":
        """What seals and opens values in one transaction, whose key terms `seeds` lists."""
        return Sealer(self, seeds)

    def new_seed(self, project: str, *, term: int = 1, random: Random = os.urandom) -> SealedSeed:
        """A new term of `project`'s key, to be kept before anything is sealed under it."""
        seed = new_key(term=term, random=random)
        sealed = seal(self._workplace_key, self._seed_place(project, term), seed.material, random=random)
        return SealedSeed(project=project, term=term, sealed=sealed)

    def open_seed(self, seed: SealedSeed) -> Key:
        """The key of `seed`, remembered: a term never changes.

        Raises:
            SealBrokenError: the seed was altered or moved.
        """
        known = self._seeds.get((seed.project, seed.term))
        if known is not None:
            return known
        material = unseal(self._workplace_key, self._seed_place(seed.project, seed.term), seed.sealed)
        return self._seeds.setdefault((seed.project, seed.term), Key(material, seed.term))

    def find_seed(self, project: str, term: int) -> Key | None:
        """A term that was opened before."""
        return self._seeds.get((project, term))

    def token_digest(self, token: Hidden[str]) -> bytes:
        """What is stored of a token, and looked up by: 32 bytes."""
        return digests.token_digest(self._pepper, token)

    def etag(self, restore_epoch: int, body: bytes) -> str:
        """32 hexadecimal digits, equal within an epoch exactly when `body` is; without the quotes of HTTP."""
        return digests.etag(self._etag_key, restore_epoch, body)

    def _seed_place(self, project: str, term: int) -> Place:
        return Place(column=Column.PROJECT_SEED, workplace=self.workplace, project=project, version=term)


class Sealer:
    """Seals under the newest term of a place's project and opens under any, within one transaction."""

    def __init__(self, keyring: Keyring, seeds: Seeds) -> None:
        self._keyring = keyring
        self._list_seeds = seeds
        self._newest: dict[str, Key] = {}

    def seal(self, place: Place, value: Hidden[str]) -> SealedValue:
        """Seal under the newest term, asked once per transaction: a remembered one may be retired elsewhere.

        Raises:
            UnknownTermError: the project has no key.
        """
        if place.project not in self._newest:
            self._newest[place.project] = self._newest_seed(place.project)
        return seal(self._newest[place.project], place, Hidden(value.reveal().encode()))

    def open(self, place: Place, sealed: SealedValue) -> Hidden[str]:
        """The value that was sealed at `place`.

        Raises:
            SealBrokenError: it was altered, or sealed elsewhere.
            UnknownTermError: its seed is missing.
        """
        opened = unseal(self._seed(place.project, sealed.term), place, sealed).reveal()
        try:
            return Hidden(opened.decode())
        except UnicodeDecodeError as error:
            raise SealBrokenError("a sealed value is not text") from error

    def _newest_seed(self, project: str) -> Key:
        terms = self._list_seeds(project)
        if not terms:
            raise UnknownTermError(f"project {project} has no key")
        return self._keyring.open_seed(max(terms, key=lambda seed: seed.term))

    def _seed(self, project: str, term: int) -> Key:
        known = self._keyring.find_seed(project, term)
        if known is not None:
            return known
        for seed in self._list_seeds(project):
            if seed.term == term:
                return self._keyring.open_seed(seed)
        raise UnknownTermError(
            f"project {project} has no key of term {term}", hint="restore the database from a backup"
        )


def _place(column: Column, workplace: str) -> Place:
    return Place(column=column, workplace=workplace)
