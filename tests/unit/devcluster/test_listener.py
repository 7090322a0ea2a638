"""Where devcluster listens: on loopback, unless told otherwise."""

import pytest

from headwater.devcluster.listener import PublicAddressError, check_private

CASES = {
    "127.0.0.1:0": True,
    "localhost:80": True,
    "[::1]:80": True,
    "127.9.9.9:1": True,
    "0.0.0.0:80": False,
    ":80": False,
    "10.0.0.1:80": False,
    "example.com:80": False,
}


@pytest.mark.parametrize("listen", CASES)
def test_others_reach_it_only_when_asked_for(listen: str) -> None:
    check_private(listen, public=True)
    if CASES[listen]:
        check_private(listen, public=False)
    else:
        with pytest.raises(PublicAddressError):
            check_private(listen, public=False)
