#!/usr/bin/env bash
# Packs the library (every project below engine) as NuGet packages. Prints their version.
#
#   ./pack.sh                  into artifacts/packages, under a version that no earlier pack had: 1.2.0-local.20261201120000
#   ./pack.sh --into DIR       into another folder
#   ./pack.sh --version V      under this version
#
# Deletes the packages with a version of their own (-local) that an earlier pack left in the folder. To use the packages, name the folder
# as a source in a nuget.config, as samples/TripBooking does. Exit code: 0, 1 when a project can't be packed, 2 for wrong arguments.
set -euo pipefail

fail() {
    echo "pack.sh: $1" >&2
    exit "${2:-1}"
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
into=$root/artifacts/packages
version=
while (($# > 0)); do
    case $1 in
    -h | --help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit ;;
    --into | --version)
        [[ -n ${2-} ]] || fail "$1 needs a value; see --help" 2
        if [[ $1 == --into ]]; then into=$2; else version=$2; fi
        shift 2
        ;;
    *) fail "unknown argument $1; see --help" 2 ;;
    esac
done
command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: install it (https://dot.net/download)"

# The next minor version after that of the programs, so that it is above every released version.
if [[ -z $version ]]; then
    released=$(sed -n 's:.*<Version>\([0-9]*\)\.\([0-9]*\)\..*</Version>.*:\1 \2:p' "$root/Directory.Build.props")
    read -r major minor <<<"$released"
    version=$major.$((minor + 1)).0-local.$(date -u +%Y%m%d%H%M%S)
fi
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] || fail "'$version' is not a version; write it like 1.2.0 or 1.2.0-rc.1" 2
mkdir -p "$into" 2>/dev/null || fail "the folder $into can't be made; name another one with --into"
into=$(cd "$into" && pwd)

# It builds in a folder of its own, so that it does not disturb another build or test.
new=$(mktemp -d "$into/pack.XXXXXX")
trap 'rm -rf "$new"' EXIT
dotnet msbuild "$root/engine/packages.proj" -nologo -verbosity:quiet -maxcpucount \
    -p:Version="$version" -p:ArtifactsPath="$root/artifacts/pack" -p:PackageOutputPath="$new" \
    -p:ContinuousIntegrationBuild=true -p:RunAnalyzers=false >&2 ||
    fail "the packages were not made; see the errors above"
rm -f "$into"/Orchestrator.*-local.*nupkg
mv "$new"/* "$into"
echo "$version"
