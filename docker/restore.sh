#!/usr/bin/env bash
# restore.sh BACKUP [--replace]: puts a backup of backup.sh back, into an empty database and an empty bucket. Protostar
# must not run meanwhile; in the stack of compose.yaml it is stopped.
#
# --replace: the bucket may hold objects and holds those of the backup afterwards; the database of compose.yaml is made
# anew. With DATABASE_URL and the S3_* variables set, the servers that they name are used; then the database must be
# empty in any case, and have the extension vector.
set -euo pipefail
umask 077
# shellcheck source=docker/stores.sh
. "$(dirname "${BASH_SOURCE[0]}")/stores.sh"

usage='Usage: restore.sh BACKUP [--replace]'
case $#:${2:-} in
  1: | 2:--replace) ;;
  *) fail "$usage" ;;
esac
for part in database.dump objects.jsonl; do
  [ -f "$1/$part" ] || fail "$1 is not a complete backup: it has no $part."
done
backup=$(cd "$1" && pwd -P)
replace=("${@:2}")

own_tables="SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
query() { pg psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --command "$1"; }

if is_direct; then
  use_database_url
else
  compose stop proxy api chat-worker knowledge-worker summary-worker
  compose up --detach --wait postgres valkey objects
fi
# An assignment ends the script when its command fails; inside the words of an echo it would go on.
verified=$(copy_objects verify "$backup")
echo "restore: $verified"
pg pg_restore --list <"$backup/database.dump" >/dev/null

tables=$(query "$own_tables")
if [ "$tables" != 0 ]; then
  if is_direct; then fail 'the database of DATABASE_URL is not empty. Make an empty one with the extension vector.'; fi
  [ "${#replace[@]}" = 1 ] || fail 'the database is not empty. Say --replace to lose what is in it.'
  compose exec --no-TTY postgres dropdb --username postgres --force protostar
  compose exec --no-TTY postgres bash /docker-entrypoint-initdb.d/10-protostar.sh
fi
extensions=$(query "SELECT count(*) FROM pg_extension WHERE extname = 'vector'")
[ "$extensions" = 1 ] ||
  fail 'the database lacks the extension vector. As a superuser of that database: CREATE EXTENSION vector'

pg pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --dbname "${PGDATABASE:-protostar}" \
  <"$backup/database.dump"
query 'SET client_min_messages = error; ANALYZE'
echo 'restore: database'
imported=$(copy_objects import "$backup" "${replace[@]}")
echo "restore: $imported"

# Jobs and streams of another time.
if is_direct; then
  echo 'restore: empty the Redis database of REDIS_URL before Protostar starts: FLUSHDB'
else
  compose exec --no-TTY valkey valkey-cli FLUSHALL >/dev/null
  echo 'restore: queues emptied. Start with docker/up.sh'
fi
