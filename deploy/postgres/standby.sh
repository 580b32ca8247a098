#!/bin/bash
# Runs a standby of postgres-1. It copies the primary first. Once it follows, it makes every commit of the primary wait until the
# standby has it too.
set -euo pipefail
primary="host=postgres-1 user=$POSTGRES_USER dbname=postgres application_name=standby"
# Not in the arguments of the programs: every user of the machine can read arguments.
PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
export PGPASSWORD

if [[ ! -s $PGDATA/PG_VERSION ]]; then
    until pg_basebackup -d "$primary" -D "$PGDATA" --write-recovery-conf --checkpoint=fast; do
        find "$PGDATA" -mindepth 1 -delete
        sleep 2
    done
    chmod 700 "$PGDATA"
fi

follows() {
    local query="SELECT count(*) FROM pg_stat_replication WHERE application_name = 'standby' AND state = 'streaming'"
    [[ $(psql "$primary" -AtXc "$query") == 1 ]]
}

# A standby that was promoted is a primary. It does not follow.
if [[ -e $PGDATA/standby.signal ]]; then
    (
        until follows; do sleep 1; done
        psql "$primary" -qX -c "ALTER SYSTEM SET synchronous_standby_names = 'standby'" -c "SELECT pg_reload_conf()" >/dev/null
    ) &
fi
unset PGPASSWORD
exec docker-entrypoint.sh postgres "$@"
