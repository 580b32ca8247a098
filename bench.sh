#!/usr/bin/env bash
# Compares the product with a hand-written loop on the bare clients. It runs them in turn, on private servers. Ctrl-C stops it.
#
#   ./bench.sh            everything: under an hour
#   ./bench.sh --quick    the part that checks a change of the code: under three minutes
#   ./bench.sh --only telemetry filled --rounds 1     parts of it (--help lists them), each comparison once
#
# Prints a table and writes artifacts/bench.json, and artifacts/bench.md with its plots. A slow result is no failure. Needs the server
# programs of PostgreSQL and RabbitMQ (./test.sh installs them). docs/performance.md tells more.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# It measures the programs as they are deployed.
dotnet msbuild tests/Benchmarks/Bench.proj -restore -nologo -verbosity:quiet
exec dotnet tests/Benchmarks/Runner/bin/Release/net10.0/Orchestrator.Tests.Benchmarks.dll --published "$@"
