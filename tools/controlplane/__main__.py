"""`python -m tools.controlplane build | start | stop | status | service-account | lock`."""

import argparse
import sys
from pathlib import Path

from tools.controlplane.build import build, lock
from tools.controlplane.plane import ControlPlane, service_account_kubeconfig, start, status, stop
from tools.controlplane.programs import PROGRAMS, USUAL, ControlPlaneError


def main() -> int:
    arguments = _parser().parse_args()
    try:
        _do(arguments)
    except ControlPlaneError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.controlplane", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help=f"build what is missing (without a name: {', '.join(USUAL)})")
    building.add_argument("programs", nargs="*", choices=[*PROGRAMS, []], metavar="PROGRAM", help=", ".join(PROGRAMS))
    starting = commands.add_parser("start", help="start a control plane and print how to use it")
    starting.add_argument("folder", type=Path)
    starting.add_argument("--port", type=int, default=0, help="of the API server; any free one by default")
    starting.add_argument(
        "--pods", action="store_true", help="also a scheduler, and kwok with one node that is not there"
    )
    for name, text in {"stop": "stop it; its state stays", "status": "say which of its programs run"}.items():
        commands.add_parser(name, help=text).add_argument("folder", type=Path)
    account = commands.add_parser("service-account", help="write a kubeconfig for a ServiceAccount")
    account.add_argument("folder", type=Path)
    account.add_argument("name", help="namespace/name")
    account.add_argument("kubeconfig", type=Path, help="the file to write")
    commands.add_parser("lock", help="write modules/*/go.mod and go.sum anew")
    return parser


def _do(arguments: argparse.Namespace) -> None:
    match arguments.command:
        case "build":
            build(arguments.programs or USUAL)
        case "start":
            plane = start(arguments.folder, port=arguments.port, pods=arguments.pods)
            print(f"ready at {plane.server}", f"export KUBECONFIG={plane.kubeconfig}", sep="\n")
        case "stop":
            stop(arguments.folder)
        case "status":
            for noted in status(arguments.folder):
                print(noted.name, noted.pid, "up" if noted.is_up() else "down")
        case "service-account":
            namespace, _, name = arguments.name.partition("/")
            service_account_kubeconfig(ControlPlane(arguments.folder.resolve()), arguments.kubeconfig, namespace, name)
        case _:
            lock()


if __name__ == "__main__":
    sys.exit(main())
