#!/usr/bin/env bash
# Starts everything on this machine, without Docker: a private PostgreSQL, a private RabbitMQ and all hosts. It starts a program that
# ended by itself again, with its data. Ctrl-C stops everything and deletes the data.
#
#   ./up.sh                 one of each host; prints the addresses
#   ./up.sh --replicas 2    two of each; --port N: the first of four ports for health checks (8080)
#   ./up.sh --no-restart    does not start ended programs again, to rehearse an outage
#
# Exit code: 0 after Ctrl-C, 1 when a port is taken or a server does not start, 2 for wrong arguments.
# Needs the server programs of PostgreSQL and RabbitMQ (apt-get install postgresql rabbitmq-server; ./test.sh installs them).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
dotnet build tests/Up -c Release --nologo --verbosity quiet
exec dotnet tests/Up/bin/Release/net10.0/Orchestrator.Tests.Up.dll "$@"
