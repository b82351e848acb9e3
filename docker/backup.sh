#!/usr/bin/env bash
# backup.sh [FOLDER]: database and objects, to FOLDER/protostar-<time> (FOLDER: docker/backups). Works while Protostar
# runs. A folder with that name is complete: it is called .partial until then.
#
# Of the stack of compose.yaml; or, with DATABASE_URL and the S3_* variables set, of the servers that they name.
set -euo pipefail
umask 077
# shellcheck source=docker/stores.sh
. "$(dirname "${BASH_SOURCE[0]}")/stores.sh"

[ "$#" -le 1 ] || fail 'Usage: backup.sh [FOLDER]'
mkdir -p "${1:-$docker_folder/backups}"
folder=$(cd "${1:-$docker_folder/backups}" && pwd -P)
name=protostar-$(date -u +%Y%m%dT%H%M%SZ)
partial=$folder/$name.partial
mkdir "$partial"
trap 'rm -rf "$partial"' EXIT

if is_direct; then use_database_url; fi

# The database first: what it names was in the bucket by then. The other way round, a document that came in between
# would be without its file. Without the extension, which only a superuser can add: restoring finds it there.
pg pg_dump --format custom --extension plpgsql >"$partial/database.dump"
pg pg_restore --list <"$partial/database.dump" >/dev/null
echo "backup: database, $(wc -c <"$partial/database.dump") bytes"
copied=$(copy_objects export "$partial")
echo "backup: $copied"

sync
mv "$partial" "$folder/$name"
echo "backup: $folder/$name"
