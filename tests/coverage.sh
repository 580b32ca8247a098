#!/usr/bin/env bash
# Runs the unit tests and prints the share of lines and branches that they cover in each assembly.
#
#   tests/coverage.sh    artifacts/coverage/<id>/coverage.cobertura.xml then names the lines
#
# Ends with 1 when a test fails, or when the tests cover less than 95 % of the lines or branches of Orchestrator.Engine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rm -rf artifacts/coverage
dotnet test tests/Unit --nologo --verbosity quiet --results-directory artifacts/coverage --collect 'XPlat Code Coverage' \
    -- DataCollectionRunSettings.DataCollectors.DataCollector.Configuration.Exclude='[Orchestrator.Tests.*]*'

sed -nE 's/.*<package name="([^"]*)" line-rate="([^"]*)" branch-rate="([^"]*)".*/\1 \2 \3/p' \
    artifacts/coverage/*/coverage.cobertura.xml | sort | awk '
    BEGIN { printf "%-34s %8s %8s\n", "assembly", "lines", "branches" }
    { printf "%-34s %6.1f %% %6.1f %%\n", $1, $2 * 100, $3 * 100 }
    $1 == "Orchestrator.Engine" { good = $2 >= 0.95 && $3 >= 0.95 }
    END { if (!good) { print "coverage.sh: less than 95 % of Orchestrator.Engine is covered" > "/dev/stderr"; exit 1 } }'
