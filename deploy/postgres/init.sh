#!/bin/bash
# Makes the roles and schemas, once, when the image makes the database; passwords come from secrets.
set -euo pipefail
passwords=()
for role in orchestrator inventory payment shipping acquirer reconciler; do
    passwords+=(-v "$role=$(cat "/run/secrets/postgres_$role")")
done
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --quiet "${passwords[@]}" -f /etc/orchestrator/roles.sql
# A standby copies it as the administrator.
echo "host replication $POSTGRES_USER all scram-sha-256" >>"$PGDATA/pg_hba.conf"
