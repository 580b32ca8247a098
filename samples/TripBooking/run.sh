#!/usr/bin/env bash
# Packs the library, builds this sample from the packages, runs it and its tests: samples/TripBooking/run.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# Packages that this machine has already are not fetched again. New packages go into a cache of the sample (nuget.config).
fetched=${NUGET_PACKAGES:-${HOME-}/.nuget/packages}
unset NUGET_PACKAGES
[[ ! -d $fetched ]] || export NUGET_FALLBACK_PACKAGES=$fetched
../../pack.sh
dotnet build --nologo --verbosity quiet
dotnet run --no-build --project TripBooking
dotnet test --no-build --nologo
