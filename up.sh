#!/usr/bin/env bash
# Starts everything on this machine, without Docker: a private PostgreSQL, a private RabbitMQ and all hosts. Ctrl-C stops it.
#
#   ./up.sh                 one of each host; prints where everything is
#   ./up.sh --replicas 2    two of each; --port N: the first of four ports for health checks, unless 8080
#
# Needs the server programs of PostgreSQL and RabbitMQ (apt-get install postgresql rabbitmq-server; ./test.sh installs them).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
dotnet build tests/Up -c Release --nologo --verbosity quiet
exec dotnet tests/Up/bin/Release/net10.0/Orchestrator.Tests.Up.dll "$@"
