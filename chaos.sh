#!/usr/bin/env bash
# Runs two of each host under load on private servers, and makes faults. At the end it compares all books. Ctrl-C stops it.
#
#   ./chaos.sh --minutes 2               for how long it makes faults, in all scenarios together
#   ./chaos.sh --minutes 30 --seed 7     the same seed gives the same schedule of faults
#   ./chaos.sh --scenario cluster        one scenario: mixed, liveness, cluster (of brokers) or standby (of the database)
#   ./chaos.sh --scenario liveness --fault 'queue full'
#                                        only faults whose names contain this, such as 'forged', 'password', 'hold' or 'resolved' of mixed
#
# Ends with a line 'minutes=… faults=… orders=… violations=…'. The exit code is 1 if there was a violation; artifacts/chaos then has the
# evidence. Needs the server programs of PostgreSQL and RabbitMQ (./test.sh installs them), and Debian's package faketime for wrong clocks.
# docs/proof.md tells more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
dotnet build tests/Chaos -c Release --nologo --verbosity quiet
exec dotnet tests/Chaos/bin/Release/net10.0/Orchestrator.Tests.Chaos.dll "$@"
