#!/bin/bash
# Runs a standby of postgres-1: copies it first, and once it follows has every commit wait until it has that commit too.
set -euo pipefail
primary="host=postgres-1 user=$POSTGRES_USER dbname=postgres application_name=standby"
# Not in the arguments of its programs, which everybody on the machine can read.
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
    [[ $(psql "$primary" -AtXc "SELECT count(*) FROM pg_stat_replication WHERE application_name = 'standby' AND state = 'streaming'") == 1 ]]
}

# One that was promoted follows nobody.
if [[ -e $PGDATA/standby.signal ]]; then
    (
        until follows; do sleep 1; done
        psql "$primary" -qX -c "ALTER SYSTEM SET synchronous_standby_names = 'standby'" -c "SELECT pg_reload_conf()" >/dev/null
    ) &
fi
unset PGPASSWORD
exec docker-entrypoint.sh postgres "$@"
