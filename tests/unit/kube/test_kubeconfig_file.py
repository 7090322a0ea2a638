"""The structs of a kubeconfig show nothing of what they hold."""

from headwater.kube.kubeconfig_file import Exec, ExecVariable, User
from tests.support.canary import secret


def test_a_user_is_not_shown() -> None:
    user = User(token=secret("t"), exec=Exec(command="x", env=(ExecVariable("TOKEN", secret("v")),)))
    assert secret("t") not in repr(user)
    assert secret("v") not in repr(user.exec)
