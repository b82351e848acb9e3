#!/usr/bin/env bash
# Run by the PostgreSQL image on an empty data folder, and by restore.sh: the role and the database of Protostar. The
# role is no superuser, which alone may add the extension, so that is done here.
set -euo pipefail
: "${DATABASE_PASSWORD:?}"

PGOPTIONS='-c client_min_messages=warning' psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\getenv password DATABASE_PASSWORD
SELECT 'CREATE ROLE protostar LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'protostar') \gexec
ALTER ROLE protostar PASSWORD :'password';
SELECT 'CREATE DATABASE protostar OWNER protostar'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'protostar') \gexec
\connect protostar
CREATE EXTENSION IF NOT EXISTS vector;
SQL
