#!/usr/bin/env bash
# Installs what the tests need and runs them.
#
#   ./test.sh                  everything that continuous integration runs: formatting, unit tests, integration tests, a sample on the
#                              packages, manifests for Kubernetes, docker-compose.yml
#   ./test.sh --long           the same, and the tests that take too long for each change (category Long)
#   ./test.sh --unit           the unit tests only; --integration likewise
#   ./test.sh --filter NAME    further arguments go to 'dotnet test', after --unit or --integration too
#
# Ends with a line 'N passed, N failed'. The exit code is not zero if a test failed or no test ran.
# TEST_POSTGRES (a connection string) names a PostgreSQL server to use instead of a private one.
# TEST_RABBITMQ names a broker (amqp://…) to use instead of a private one. It can also name the root folder of a Debian system, whose
# RabbitMQ is then run (tests/debian-13.sh makes one). As root, the full run uses RabbitMQ 4 for the tests that stop, cut or poison a
# broker.
# TEST_PROMETHEUS names such a folder too, for its Prometheus. Without one, only the names of the dashboard's metrics are checked.
#
# The full run has two lanes side by side, since most tests wait most of the time. The output of the second lane comes when it has ended.
set -euo pipefail

usage() {
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
}

case ${1-} in
-h | --help) usage && exit ;;
'' | --long | --unit | --integration | -- | -p:* | --property:*) ;;
--filter* | --logger* | --settings* | --blame* | --collect* | --environment* | --diag* | --list-tests | --verbosity* | -[tlsevd]) ;;
*)
    echo "test.sh: unknown option $1" >&2
    usage >&2
    exit 2
    ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")"

results=
put_away=()
passed=0
failed=0

summary() {
    local status=$? running
    running=$(jobs -p)
    if [[ -n $running ]]; then
        kill $running 2>/dev/null || true
        wait $running 2>/dev/null || true
        lanes
    fi
    ((failed == 0)) || failures
    [[ -z $results ]] || rm -rf "$results"
    put_away
    if ((status != 0 && failed == 0)); then
        failed=1 # The build, the set-up or a test host failed.
    fi
    echo "$passed passed, $failed failed"
    exit "$status"
}
trap summary EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
    echo "test.sh: $*" >&2
    exit 1
}

need_dotnet() {
    command -v dotnet >/dev/null || fail "the .NET 10 SDK is missing: install it (https://dot.net/download," \
        "or 'sudo apt-get install dotnet-sdk-10.0' on Ubuntu), and see that 'dotnet' is on the PATH"
    dotnet --version >/dev/null || fail "global.json needs another .NET SDK than the installed one: see https://dot.net/download"
}

has_postgres() {
    [[ -n $(compgen -G '/usr/lib/postgresql/*/bin/postgres') ]] ||
        { command -v initdb && command -v pg_ctl && command -v postgres; } >/dev/null
}

has_faketime() {
    [[ -n $(compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1') ]]
}

has_rabbitmq() {
    [[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]]
}

as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        command -v sudo >/dev/null ||
            fail "this needs root or sudo: ask an administrator for 'apt-get install postgresql rabbitmq-server faketime'"
        sudo "$@"
    fi
}

# Installs the programs only. The tests start servers of their own, so the packages need not make or start one for the machine.
install_servers() {
    command -v apt-get >/dev/null || fail "install the server programs of PostgreSQL (initdb, pg_ctl, postgres on the PATH)," \
        "RabbitMQ (/usr/lib/rabbitmq/bin) and libfaketime (/usr/lib/*/faketime); this script can install them on Debian and Ubuntu only"
    local no_cluster=/etc/postgresql-common/createcluster.d/no-cluster-for-tests.conf policy=/usr/sbin/policy-rc.d
    as_root mkdir -p "${no_cluster%/*}"
    put_away+=("$no_cluster")
    echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
    if [[ ! -e $policy ]]; then
        put_away+=("$policy")
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod +x "$policy"
    fi
    as_root apt-get update || echo "test.sh: apt-get update failed; going on with the old lists" >&2
    local status=0
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" || status=$?
    put_away
    ((status == 0)) || fail "$* could not be installed (apt-get ended with $status)"
}

# Deletes the files that keep the packages from starting services, also when the script is interrupted.
put_away() {
    local file
    for file in "${put_away[@]}"; do
        as_root rm -f "$file"
    done
    put_away=()
}

# Adds up the counts of the result files, one for each test assembly. Each further check counts as one test.
count() {
    local counters check
    for file in "$results"/*.trx; do
        [[ -e $file ]] || continue
        counters=$(grep -o '<Counters [^>]*' "$file")
        passed=$((passed + $(attribute passed)))
        failed=$((failed + $(attribute failed) + $(attribute error) + $(attribute timeout) + $(attribute aborted)))
    done
    for check in "$results"/*.passed; do [[ ! -e $check ]] || ((++passed)); done
    for check in "$results"/*.failed; do [[ ! -e $check ]] || ((++failed)); done
}

# Prints the failures again in short, since the reasons may be far above.
failures() {
    local file
    for file in "$results"/*.failed; do
        [[ ! -e $file ]] || echo "FAILED: $(basename "$file" .failed)"
    done
    for file in "$results"/*.trx; do
        [[ -e $file ]] || continue
        awk -v suite="$(basename "$file" .trx)" '
            /<UnitTestResult / { failed = /outcome="Failed"/; lines = 0; name = $0; sub(/.* testName="/, "", name); sub(/".*/, "", name) }
            failed && /<UnitTestResult / { print "FAILED in " suite ": " name }
            failed && /<Message>/ { message = 1; sub(/.*<Message>/, "") }
            message {
                end = /<\/Message>/; sub(/<\/Message>.*/, "")
                if (++lines <= 12) print "    " substr($0, 1, 300)
                if (end) message = 0
            }
        ' "$file" | sed 's/&quot;/"/g; s/&lt;/</g; s/&gt;/>/g; s/&#xD;//g; s/&amp;/\&/g'
    done
}

# Runs the tests of one project: NAME PROJECT, and further arguments for 'dotnet test'.
run_tests() {
    local name=$1 project=$2
    shift 2
    dotnet test "$project" --no-build --nologo --results-directory "$results" --logger "trx;LogFileName=$name.trx" "$@" </dev/null ||
        touch "$results/broken"
}

# Runs a check that counts as one test: NAME COMMAND…
also() {
    local name=$1 outcome=passed
    shift
    "$@" </dev/null || outcome=failed
    touch "$results/$name.$outcome"
}

# The analyzers need not run here: the build has run them, and their warnings are errors.
formatted() {
    dotnet format whitespace Orchestrator.sln --no-restore --verify-no-changes &&
        dotnet format style Orchestrator.sln --no-restore --verify-no-changes
}

# Prints the output of the lane in the background.
lanes() {
    local file
    for file in "$results"/*.lane; do
        [[ ! -e $file ]] || cat "$file"
        rm -f "$file"
    done
}

attribute() {
    sed -E "s/.* $1=\"([0-9]+)\".*/\1/" <<<"$counters"
}

build=Orchestrator.sln
projects=(tests/*/*.csproj)
everything=false
kinds='&TestCategory!=Long'
case ${1-} in
'') everything=true ;;
--long) everything=true && kinds= && shift ;;
--unit) build=tests/Unit/Unit.csproj && projects=("$build") && shift ;;
--integration) build=tests/Integration/Integration.csproj && projects=("$build") && shift ;;
esac

# The SDK keeps files in the home folder. Without a home folder they go into the (ignored) artifacts folder.
[[ -n ${HOME-} && -w ${HOME-} ]] || export HOME=$PWD/artifacts/home
mkdir -p "$HOME"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
# Build servers would outlive this script and keep its output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
# The tests start hundreds of hosts that live for seconds. Profiling their methods, and compiling them again after a few calls, costs more
# than it gains. The number of calls is hexadecimal.
export DOTNET_TieredPGO=0 DOTNET_TC_CallCountThreshold=200

need_dotnet
if [[ $build != tests/Unit/* ]]; then
    missing=()
    [[ -n ${TEST_POSTGRES-} ]] || has_postgres || missing+=(postgresql)
    [[ -n ${TEST_RABBITMQ-} ]] || has_rabbitmq || missing+=(rabbitmq-server)
    has_faketime || missing+=(faketime)
    ! $everything || command -v npm >/dev/null || missing+=(nodejs npm)
    ((${#missing[@]} == 0)) || install_servers "${missing[@]}"
fi

# One compiler process serves all projects. It ends after the build.
dotnet build "$build" -p:UseSharedCompilation=true --nologo --verbosity quiet
dotnet build-server shutdown --vbcscompiler >/dev/null

results=$(mktemp -d)

# Runs the tests that need a broker on the version of RabbitMQ that production has, if it can be installed.
like_production() {
    local debian13=
    if [[ -z ${TEST_RABBITMQ-} ]] && tests/debian-13.sh artifacts/debian-13; then
        debian13=$PWD/artifacts/debian-13
    fi
    TEST_RABBITMQ=${TEST_RABBITMQ-$debian13} TEST_PROMETHEUS=${TEST_PROMETHEUS-$debian13} \
        run_tests RabbitMQ4 tests/Integration/Integration.csproj --filter "TestCategory=Broker$kinds"
    if [[ -z ${TEST_RABBITMQ-} && -z $debian13 ]]; then
        echo "test.sh: RabbitMQ 4 and Prometheus can't be installed here, so the tests that need a broker ran only on" \
            "$(dpkg-query -W -f '${Package} ${Version}' rabbitmq-server)" >&2
    fi
    also 'TripBooking on the packages' samples/TripBooking/run.sh
}

if $everything; then
    like_production >"$results/production.lane" 2>&1 &
    also "formatting (run 'dotnet format')" formatted
    run_tests Unit tests/Unit/Unit.csproj
    run_tests Integration tests/Integration/Integration.csproj --filter "TestCategory!=Broker$kinds"
    also 'the manifests for Kubernetes' tests/Kubernetes/check.sh
    also 'docker-compose.yml' ./e2e.sh all
    wait
    lanes
else
    for project in "${projects[@]}"; do
        run_tests "$(basename "$project" .csproj)" "$project" "$@"
    done
fi

count
((passed + failed > 0)) || fail "no test ran"
[[ ! -e $results/broken ]] && ((failed == 0))
