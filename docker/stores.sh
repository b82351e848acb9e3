# shellcheck shell=bash
# How backup.sh and restore.sh reach the stores: through the containers of compose.yaml, or, where DATABASE_URL is set,
# directly, with pg_dump, pg_restore, psql and node of this machine.

docker_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

compose() { docker compose --project-directory "$docker_folder" --file "$docker_folder/compose.yaml" "$@"; }

is_direct() { [ -n "${DATABASE_URL:-}" ]; }

# Through the environment: on the command line the password would be in the list of processes.
use_database_url() {
  local pair
  while IFS= read -r -d '' pair; do export "${pair?}"; done < <(
    # shellcheck disable=SC2016
    node -e '
      const { hostname, port, username, password, pathname, searchParams } = new URL(process.env.DATABASE_URL);
      const of = { host: hostname.replace(/^\[|\]$/g, ""), port, user: username, password, database: pathname.slice(1) };
      const settings = Object.entries(of).map(([name, text]) => [name, decodeURIComponent(text)]);
      const passed = ["host", "sslmode", "sslrootcert", "sslcert", "sslkey", "options"];
      for (const [name, text] of [...settings, ...[...searchParams].filter(([name]) => passed.includes(name))])
        if (text) process.stdout.write(`PG${name.toUpperCase()}=${text}\0`);
    '
  )
  [ -n "${PGDATABASE:-}" ] || fail 'DATABASE_URL must name a database: postgres://user:password@host:5432/name'
}

# pg NAME ARGUMENT…: a program of PostgreSQL on the database of Protostar, as the role of Protostar.
pg() {
  if is_direct; then "$@"; else compose exec --no-TTY postgres env PGUSER=protostar PGDATABASE=protostar "$@"; fi
}

# copy_objects COMMAND FOLDER ARGUMENT…: docker/objects.mjs.
copy_objects() {
  local command=$1 folder=$2
  shift 2
  if is_direct; then
    node "$docker_folder/objects.mjs" "$command" "$folder" "$@"
  else
    compose run --rm --no-deps --no-TTY --user "$(id -u):$(id -g)" --volume "$folder:/backup" \
      copy-objects "$command" /backup "$@"
  fi
}
