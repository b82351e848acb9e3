# shellcheck shell=bash disable=SC2154  # names from services.sh and from the settings

# The major version of the data if there is data, else the newest that is installed.
postgres_release() { cat "$data/postgresql/PG_VERSION" 2>/dev/null || newest_postgres; }

newest_postgres() {
  local -a found=(/usr/lib/postgresql/*/bin/postgres)
  [ -x "${found[0]}" ] && printf '%s\n' "${found[@]}" | cut -d/ -f5 | sort -n | tail -n 1
}

find_postgres() {
  local release
  release=$(postgres_release) || fail 'PostgreSQL is not installed.'
  postgres_bin="/usr/lib/postgresql/$release/bin"
  [ -x "$postgres_bin/postgres" ] || fail "the data in $data is of PostgreSQL $release, which is gone."
  [ "$release" -ge 15 ] || fail "PostgreSQL $release is installed; 15 or newer is needed."
}

postgresql_start() {
  find_postgres
  [ -e "$data/postgresql" ] || create_cluster
  # No socket: its path would be too long in a deep folder.
  run postgresql "$postgres_bin/postgres" -D "$data/postgresql" -p "$postgresql_port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200
}

# Renamed when it is complete, so that an interrupted one is made anew. Under locale C, pg_trgm would drop Hangul.
create_cluster() {
  rm -rf "$data/postgresql.new"
  service_folder "$data/postgresql.new"
  service_folder "$data/secret"
  service_file "$data/secret/admin" <<<"$postgres_admin_password"
  (cd "$data" && "${as_service[@]}" "$postgres_bin/initdb" --pgdata "$data/postgresql.new" --username postgres \
    --pwfile "$data/secret/admin" --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8) >>"$data/log/postgresql.log" ||
    give_up postgresql 'could not make its data folder'
  rm -rf "$data/secret"
  mv "$data/postgresql.new" "$data/postgresql"
}

# The role may create databases, because tests make one each. Only a superuser may add vector to a database, so what
# new ones are copied from has it.
create_database() {
  find_postgres
  local role_password=$postgres_password
  admin_sql --quiet <<'SQL' || fail 'the database could not be prepared.'
\getenv role_password role_password
SELECT 'CREATE ROLE protostar LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'protostar') \gexec
ALTER ROLE protostar PASSWORD :'role_password';
SELECT 'CREATE DATABASE protostar OWNER protostar'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'protostar') \gexec
\connect protostar
CREATE EXTENSION IF NOT EXISTS vector;
\connect template1
CREATE EXTENSION IF NOT EXISTS vector;
SQL
}

admin_sql() {
  PGPASSWORD=$postgres_admin_password PGCONNECT_TIMEOUT=5 PGOPTIONS='-c client_min_messages=warning' \
    role_password=${role_password:-} "$postgres_bin/psql" --no-psqlrc --set ON_ERROR_STOP=1 \
    -h 127.0.0.1 -p "$postgresql_port" -U postgres -d postgres "$@"
}

postgresql_answers() {
  find_postgres
  admin_sql -c 'SELECT 1'
}

postgresql_version() {
  local release vector control
  release=$(postgres_release) || { echo - && return; }
  control="/usr/share/postgresql/$release/extension/vector.control"
  vector=$(grep -oP "^default_version = '\K[^']+" "$control" 2>/dev/null) || true
  echo "$(package_version "postgresql-$release") (pgvector ${vector:--})"
}
