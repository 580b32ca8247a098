#!/usr/bin/env bash
# Runs docker-compose.yml as it is: submits orders, kills a worker (and a broker node) meanwhile, and checks the totals in PostgreSQL.
#
#   ./e2e.sh             one RabbitMQ node and one PostgreSQL
#   ./e2e.sh cluster     three RabbitMQ nodes, and PostgreSQL with a synchronous standby
#   ./e2e.sh all         both; --orders N: the number of orders (1000)
#
# Installs Docker's engine and its compose plug-in if they are missing (Debian or Ubuntu, as root). Starts a private engine if none runs.
# If the official images can't be pulled, it makes stand-ins for them from Debian's packages. Ends with a line for each run. The exit code
# is not zero if something is wrong. Only published programs and images stay behind.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
here=$PWD

reason=
fail() {
    reason=$*
    echo "e2e.sh: $*" >&2
    exit 1
}

what=()
orders=1000
while (($#)); do
    case $1 in
    single | cluster) what+=("$1") ;;
    all) what+=(single cluster) ;;
    --orders) orders=${2-} && shift ;;
    *)
        sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
    esac
    shift
done
((${#what[@]})) || what=(single)
[[ $orders =~ ^[1-9][0-9]*$ ]] || fail "--orders needs a number of orders, such as 1000"

export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
# A project and ports of its own, so that it does not disturb another run of the same file.
export COMPOSE_PROJECT_NAME=orchestrator-e2e COMPOSE_PROFILES= RABBITMQ_PORT=9672 POSTGRES_PORT=9432 IMAGE_TAG=e2e
work=$(mktemp -d)
engine=
compose() {
    docker compose --progress quiet "$@"
}

clean_up() {
    local status=$?
    trap '' INT TERM
    if [[ -n ${up-} ]]; then
        ((status == 0)) || diagnose >&2 || true
        COMPOSE_PROFILES=cluster,operator compose down --volumes --timeout 5 >/dev/null 2>&1 || true
    fi
    if [[ -n $engine ]]; then
        kill "$engine" && wait "$engine" 2>/dev/null || true
    fi
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The longest part comes first and the reason last, so that the end of a long log shows the reason.
diagnose() {
    compose logs --no-color --tail 60 2>&1 | cut -c 1-400
    compose ps --all --format 'table {{.Name}}\t{{.Status}}'
    ask "SELECT state, count(*), min(created_at), max(updated_at) FROM orchestrator.order_fulfilment GROUP BY state ORDER BY state" |
        sed 's/^/orders: /'
    broker list_queues name messages_ready messages_unacknowledged consumers leader | grep -vE '_(error|skipped|dead|redelivery)'
    echo "e2e.sh: ${reason:-ended with an error}"
}

install_engine() {
    command -v dockerd >/dev/null && return
    ((EUID == 0)) && command -v apt-get >/dev/null || fail "Docker's engine is missing: install it, or run this as root on Debian or Ubuntu"
    {
        apt-get update || true
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker.io iptables
    } >"$work/apt" 2>&1 || {
        tail -n 5 "$work/apt" >&2
        fail "Docker's engine (docker.io) could not be installed"
    }
}

start_engine() {
    docker info >/dev/null 2>&1 && return
    install_engine
    ((EUID == 0)) || fail "no Docker engine runs, and only root can start one"
    local files=$here/artifacts/docker
    export DOCKER_HOST=unix://$work/docker.sock
    mkdir -p "$files"
    dockerd --host "$DOCKER_HOST" --data-root "$files" --exec-root "$work/exec" --pidfile "$work/pid" --bridge none >"$files.log" 2>&1 &
    engine=$!
    for _ in {1..60}; do
        docker info >/dev/null 2>&1 && return
        kill -0 "$engine" 2>/dev/null || break
        sleep 0.5
    done
    tail -n 20 "$files.log" >&2
    fail "Docker's engine does not start"
}

find_compose() {
    docker compose version >/dev/null 2>&1 && return
    tests/debian-13.sh artifacts/debian-13 || fail "docker compose is missing"
    # The plug-in of Debian 13 is one static program, which runs on older systems too. Only the clients of this script find it.
    export DOCKER_CONFIG=$work/docker
    mkdir -p "$DOCKER_CONFIG/cli-plugins"
    ln -s "$here/artifacts/debian-13/usr/libexec/docker/cli-plugins/docker-compose" "$DOCKER_CONFIG/cli-plugins/"
    docker compose version >/dev/null || fail "docker compose does not run"
}

# Finds the official images, or makes stand-ins for all of them.
find_images() {
    local needed image missing=()
    mapfile -t needed < <(sed -nE 's/^(FROM| *image:) ((mcr|rabbitmq|postgres)[^ ]*)$/\2/p' Dockerfile docker-compose.yml)
    for image in "${needed[@]}"; do
        docker image inspect "$image" >/dev/null 2>&1 || timeout 300 docker pull --quiet "$image" >/dev/null 2>&1 || missing+=("$image")
    done
    if ((${#missing[@]})); then
        echo "e2e.sh: ${missing[*]} can't be pulled here; making stand-ins"
        tests/debian-13.sh artifacts/debian-13 || fail "neither the official images nor stand-ins are available"
        tests/stand-ins.sh artifacts/debian-13 >"$work/stand-ins" || fail "the stand-ins can't be made"
    fi
    images=official
    for image in "${needed[@]}"; do
        [[ $(docker image inspect --format '{{index .Config.Labels "orchestrator.stand-in"}}' "$image") != true ]] || images=stand-in
    done
}

ask() {
    compose exec -T -u postgres "${primary:-postgres-1}" psql -U postgres -d orchestrator -AtX -c "$1"
}

# Asks a node of the broker. In a cluster it asks one that the run does not kill.
broker() {
    local node=rabbitmq-1
    [[ $mode == single ]] || node=rabbitmq-2
    compose exec -T -u rabbitmq -e HOME=/var/lib/rabbitmq "$node" rabbitmqctl --quiet "$@"
}

# Checks what must be true when all orders have ended, also after a kill.
check() {
    local found
    found=$(ask "
        SELECT 'an order is missing: there are ' || count(*) FROM orchestrator.order_fulfilment HAVING count(*) <> $orders
        UNION ALL SELECT count(*) || ' orders are ' || state FROM orchestrator.order_fulfilment
            WHERE state NOT IN ('Completed', 'Cancelled') GROUP BY state
        UNION ALL SELECT count(*) || ' orders have a payment that contradicts their end' FROM orchestrator.order_fulfilment o
            LEFT JOIN payment.payment_summary p ON p.order_id = o.id
            WHERE (o.state = 'Completed') <> (coalesce(p.captured_minor, 0) > 0)
            OR o.state = 'Completed' AND p.captured_minor <> p.authorized_minor HAVING count(*) > 0
        UNION ALL SELECT 'money is still held: ' || sum(held_minor) FROM payment.payment_summary HAVING sum(held_minor) <> 0
        UNION ALL SELECT 'the gateway differs from the ledger' FROM
            (SELECT sum(captured_minor) AS c, sum(voided_minor) AS v FROM payment.payment_summary) p,
            (SELECT sum(captured_minor) AS c, sum(voided_minor) AS v FROM acquirer.acquirer_summary) a
            WHERE (p.c, p.v) IS DISTINCT FROM (a.c, a.v)
        UNION ALL SELECT count(*) || ' messages were set aside' FROM orchestrator.dead_letter HAVING count(*) > 0")
    [[ -z $found ]] || fail "$mode: $found"
}

# Gives a command of the worker, as an operator does.
operate() {
    compose --profile operator run --rm -T operator "$@" --by e2e --note "a trial" >"$work/said" 2>&1 ||
        fail "$mode: $*: $(tail -n 5 "$work/said")"
}

run() {
    mode=$1
    local began=$SECONDS began_stop ended told container host lone waiting states captured
    [[ $mode == single ]] || export COMPOSE_PROFILES=cluster
    up=true
    compose up --build --wait --wait-timeout 300 >"$work/up" 2>&1 || {
        tail -n 20 "$work/up" >&2
        fail "$mode: 'docker compose up --build --wait' failed"
    }
    [[ $mode == single || $(broker eval 'length(rabbit_nodes:list_running()).') == 3 ]] ||
        fail "$mode: the broker's nodes did not form one cluster"
    echo "$mode: everything is healthy after $((SECONDS - began)) s"
    compose --profile observability config --quiet || fail "$mode: docker compose can't read the profile 'observability'"
    operate hold --kind order-fulfilment --step BookShipment
    Passwords__RabbitMQ=$(cat deploy/secrets/rabbitmq_submitter) Passwords__Postgres=$(cat deploy/secrets/postgres_admin) \
        dotnet artifacts/publish/Orchestrator.Local/Orchestrator.Local.dll process --submit-only \
        --orders "$work/orders.jsonl" --stock "$work/stock.csv" --rabbitmq "amqp://submitter@localhost:$RABBITMQ_PORT" \
        --postgres "Host=localhost;Port=$POSTGRES_PORT;Database=orchestrator;Username=postgres" >"$work/submitted" ||
        fail "$mode: the orders could not be submitted"
    for ((told = SECONDS; SECONDS - told < 60; )); do
        waiting=$(ask "SELECT count(*) FROM orchestrator.saga WHERE data -> 'steps' -> 'BookShipment' ->> 'waiting' = 'Release'")
        ((waiting == 0)) || break
        sleep 1
    done
    ((waiting > 0)) || fail "$mode: no order waits for the step that is held"
    [[ $(ask "SELECT count(*) FROM shipping.shipping_shipment") == 0 ]] || fail "$mode: shipments were booked although the step was held"
    operate release --kind order-fulfilment --step BookShipment
    ended=$(ask "SELECT count(*) FROM orchestrator.order_fulfilment WHERE completed_at IS NOT NULL")
    container=$(compose ps --quiet worker | sed -n 1p)
    docker kill "$container" >/dev/null
    echo "$mode: $orders orders submitted; a worker killed when $ended had ended"
    # A host that is asked to stop drains in time. It handles the rest when it runs again.
    began_stop=$SECONDS
    compose stop payment >/dev/null 2>&1
    [[ $(docker inspect --format '{{.State.ExitCode}}' "$(compose ps --all --quiet payment)") == 0 ]] ||
        fail "$mode: payment did not stop in time under load and was killed"
    echo "$mode: payment stopped under load in $((SECONDS - began_stop)) s, and started again"
    compose start payment >/dev/null 2>&1
    if [[ $mode == cluster ]]; then
        # A queue that was declared at the first node gets its copies on the other nodes after a while.
        for ((told = SECONDS; SECONDS - told < 120; )); do
            lone=$(broker eval 'length([Q || Q <- rabbit_amqqueue:list(), length(maps:get(nodes, amqqueue:get_type_state(Q))) < 3]).')
            ((lone > 0)) || break
            sleep 1
        done
        ((lone == 0)) || fail "$mode: $lone queues have fewer than three members"
        compose kill rabbitmq-1 >/dev/null 2>&1
        ended=$(ask "SELECT count(*) FROM orchestrator.order_fulfilment WHERE completed_at IS NOT NULL")
        echo "$mode: the broker node rabbitmq-1 killed when $ended had ended"
    fi
    docker start "$container" >/dev/null
    for ((told = SECONDS; SECONDS - told < 300; )); do
        ended=$(ask "SELECT count(*) FROM orchestrator.order_fulfilment WHERE completed_at IS NOT NULL")
        ((ended < orders)) || break
        sleep 1
    done
    ((ended == orders)) || fail "$mode: after $((SECONDS - told)) s only $ended of $orders orders have ended"
    if [[ $mode == cluster ]]; then
        compose start rabbitmq-1 >/dev/null 2>&1
        [[ $(ask "SELECT sync_state FROM pg_stat_replication") == sync ]] || fail "$mode: the standby does not follow synchronously"
        primary=postgres-2 check
    fi
    check
    compose --profile operator run --rm -T operator reconcile --settled-for 00:00:00 >"$work/reconciled" 2>&1 ||
        fail "$mode: reconcile: $(cat "$work/reconciled")"
    states=$(ask "
        SELECT string_agg(n || ' ' || state, ', ')
        FROM (SELECT count(*) AS n, state FROM orchestrator.order_fulfilment GROUP BY state ORDER BY state) s")
    captured=$(ask "
        SELECT string_agg(s.currency || ' ' || s.n, ', ')
        FROM (SELECT currency, sum(captured_minor) AS n FROM payment.payment_summary GROUP BY currency ORDER BY currency) s")
    echo "$mode: all $orders ended: $states, captured (minor units) $captured; reconcile: $(tail -n 1 "$work/reconciled")"
    compose stop --timeout 60 >/dev/null 2>&1
    for host in worker inventory payment shipping; do
        for container in $(compose ps --all --quiet "$host"); do
            [[ $(docker inspect --format '{{.State.ExitCode}}' "$container") == 0 ]] || fail "$mode: $host did not stop with 0"
        done
    done
    compose down --volumes >/dev/null 2>&1
    up=
    echo "$mode: ok on $images images in $((SECONDS - began)) s"
}

start_engine
find_compose
find_images
deploy/prepare.sh
dotnet run --project tests/Generator -c Release -- --orders "$orders" --out "$work" >/dev/null
for mode in "${what[@]}"; do
    run "$mode"
done
