#!/bin/bash
# Starts a node. It has a user for each secret 'rabbitmq_NAME', with the permissions of deploy/rabbitmq/definitions.json.
set -euo pipefail
home=/var/lib/rabbitmq
definitions=/run/definitions

json() {
    sed 's/[\\"]/\\&/g' "$1"
}

mkdir -p "$definitions"
{
    separator=
    printf '{"users":['
    for secret in /run/secrets/rabbitmq_*; do
        name=${secret##*/rabbitmq_}
        [[ $name != cookie ]] || continue
        printf '%s{"name":"%s","password":"%s","tags":""}' "$separator" "$name" "$(json "$secret")"
        separator=,
    done
    printf ']}\n'
} >"$definitions/1-users.json"
cp /etc/orchestrator/definitions.json "$definitions/2-definitions.json"
chmod 400 "$definitions"/*.json
chown -R rabbitmq "$definitions"

# Nodes with the same secret can form a cluster.
cat /run/secrets/rabbitmq_cookie >"$home/.erlang.cookie"
chmod 400 "$home/.erlang.cookie"
chown rabbitmq "$home/.erlang.cookie"

# RabbitMQ joins the oldest node. A node that starts before the first one would make a cluster of its own, so it waits at its first
# start.
founder=$(sed -n 's/^cluster_formation.classic_config.nodes.1 = rabbit@//p' /etc/rabbitmq/conf.d/50-orchestrator.conf)
if [[ $HOSTNAME != "$founder" && -z $(ls -A "$home/mnesia" 2>/dev/null) ]]; then
    trap 'exit 143' TERM
    until (: <"/dev/tcp/$founder/5672") 2>/dev/null; do sleep 1; done
    trap - TERM
fi

exec docker-entrypoint.sh rabbitmq-server
