#!/usr/bin/env bash
# Two of each host under load, on servers of their own, while everything breaks; then all books are compared. Ctrl-C stops it.
#
#   ./chaos.sh --minutes 2               how long faults come, over all scenarios together
#   ./chaos.sh --minutes 30 --seed 7     the same seed gives the same schedule of faults
#   ./chaos.sh --scenario cluster        one scenario: mixed, liveness, cluster (of brokers) or standby (of the database)
#   ./chaos.sh --scenario liveness --fault 'queue full'      only faults with this in their names, such as 'forged', 'password', 'hold' or 'resolved' of mixed
#
# Ends with a line 'minutes=… faults=… orders=… violations=…' and exit code 1 if something was violated; what is known of it is
# then under artifacts/chaos. Needs the server programs of PostgreSQL and RabbitMQ (./test.sh installs them), and for wrong clocks Debian's package faketime. docs/proof.md tells more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
dotnet build tests/Chaos -c Release --nologo --verbosity quiet
exec dotnet tests/Chaos/bin/Release/net10.0/Orchestrator.Tests.Chaos.dll "$@"
