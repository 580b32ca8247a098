#!/usr/bin/env bash
# Measures the product against a hand-written loop on the bare clients, in turn, on private servers. Ctrl-C stops it.
#
#   ./bench.sh            everything: under an hour
#   ./bench.sh --quick    what a change of the code is held against: under three minutes
#   ./bench.sh --only telemetry filled --rounds 1     parts of it (--help lists them), each comparison once
#
# Prints a table and writes artifacts/bench.json, and artifacts/bench.md with its plots. Nothing here fails because something is
# slow. Needs the server programs of PostgreSQL and RabbitMQ (./test.sh installs them). docs/performance.md tells more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# What is measured is what would be deployed.
dotnet msbuild tests/Benchmarks/Bench.proj -restore -nologo -verbosity:quiet
exec dotnet tests/Benchmarks/Runner/bin/Release/net10.0/Orchestrator.Tests.Benchmarks.dll --published "$@"
