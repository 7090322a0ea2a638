"""Ids: UUID texts that never change, unlike names, and the numbers that order what happened.

Whoever makes one says where its randomness comes from: nothing here does.
"""

from typing import NewType

WorkplaceId = NewType("WorkplaceId", str)
ProjectId = NewType("ProjectId", str)
EnvironmentId = NewType("EnvironmentId", str)
ConfigId = NewType("ConfigId", str)
SecretId = NewType("SecretId", str)
"""One name in one config, for ever: also after deletion and when it is set again."""
PrincipalId = NewType("PrincipalId", str)
GrantId = NewType("GrantId", str)
TokenId = NewType("TokenId", str)
RequestId = NewType("RequestId", str)

ChangeNumber = NewType("ChangeNumber", int)
"""Counts the change-sets of the installation, from 1, without gaps; 0 is "before any"."""
VersionNumber = NewType("VersionNumber", int)
"""Counts the versions of one secret, from 1; a deletion is a version too."""
