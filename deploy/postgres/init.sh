#!/bin/bash
# Makes the roles and schemas, once, when the image makes the database; passwords come from secrets.
set -euo pipefail
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --quiet -v passwords=/run/secrets -f /etc/orchestrator/roles.sql
# A standby copies it as the administrator.
echo "host replication $POSTGRES_USER all scram-sha-256" >>"$PGDATA/pg_hba.conf"
