#!/bin/bash
# Makes the roles and schemas. The image runs this once, when it makes the database. Passwords come from secrets.
set -euo pipefail
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --quiet -v passwords=/run/secrets -f /etc/orchestrator/roles.sql
# The standby connects as the administrator to copy the database.
echo "host replication $POSTGRES_USER all scram-sha-256" >>"$PGDATA/pg_hba.conf"
