"""Azurite, the storage emulator: how it is started and how it is reached.

The account's name and key are the emulator's own, printed in its documentation, and open nothing else.
"""

from pathlib import Path

from devhost.services.children import Program
from devhost.services.node import NodePackages
from devhost.services.ports import Ports

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def connection_string(ports: Ports) -> str:
    """Name the account with its three endpoints, as Azure's own connection strings do."""
    places = (("Blob", ports.blob), ("Queue", ports.queue), ("Table", ports.table))
    endpoints = "".join(f"{service}Endpoint=http://127.0.0.1:{port}/{ACCOUNT};" for service, port in places)
    return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};{endpoints}"


def program(packages: NodePackages, ports: Ports, location: Path | None) -> Program:
    """Say how to start it: loopback only, quiet, telling nobody. Without a location it forgets all at its end."""
    listen = tuple(
        argument
        for service, port in (("blob", ports.blob), ("queue", ports.queue), ("table", ports.table))
        for argument in (f"--{service}Host", "127.0.0.1", f"--{service}Port", str(port))
    )
    return Program(
        name="azurite",
        command=(
            *packages.azurite,
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--silent",
            *(("--inMemoryPersistence",) if location is None else ("--location", str(location))),
            *listen,
        ),
        environment=packages.environment,
        ports=(ports.blob, ports.queue, ports.table),
        holds_state=True,
    )
