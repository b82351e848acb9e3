#!/bin/sh
# Writes the secrets of compose.yaml to .env beside this file, and an empty protostar.env for settings. Safe to
# repeat: what is there stays, and what is missing is added.
set -eu
umask 077
folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

fail() {
  echo "init: $*" >&2
  exit 1
}

random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# A file is replaced when it is complete, so that an interrupted run leaves the old one.
new=$folder/.env.new
trap 'rm -f "$new"' EXIT
if [ -e "$folder/.env" ]; then
  cp "$folder/.env" "$new"
  # A last line without an end would swallow what is added.
  [ -z "$(tail -c 1 "$new")" ] || echo >>"$new"
else
  cat >"$new" <<'TEXT'
# Secrets of compose.yaml, made by init.sh. Keep a copy of this file with the backups, and apart from them:
# whoever has it has everything. PostgreSQL keeps the passwords that it was started with first.
TEXT
fi

# add NAME BYTES
add() {
  grep -q "^$1=." "$new" && return
  value=$(random_hex "$2")
  [ "${#value}" -eq $(($2 * 2)) ] || fail 'there is no randomness to be had from /dev/urandom.'
  # An empty one would win over the new one only if it came later.
  grep -v "^$1=" "$new" >"$new.kept" || true
  mv "$new.kept" "$new"
  printf '%s=%s\n' "$1" "$value" >>"$new"
  added="${added:-}${added:+, }$1"
}
add POSTGRES_PASSWORD 24
add DATABASE_PASSWORD 24
add REDIS_PASSWORD 24
add S3_ACCESS_KEY 10
add S3_SECRET_KEY 24

if [ -n "${added:-}" ]; then
  mv "$new" "$folder/.env"
  echo "init: wrote $added to $folder/.env"
else
  rm "$new"
  echo "init: $folder/.env has everything"
fi
chmod 600 "$folder/.env"

if [ ! -e "$folder/protostar.env" ]; then
  cat >"$folder/protostar.env" <<'TEXT'
# Settings of Protostar for every process; ../.env.example lists them. Addresses, ports and credentials of the stores
# are set by compose.yaml and cannot be changed here. After a change: docker compose up --detach
#
#OPENAI_API_KEY=
#CHAT_MODEL=
#EMBEDDING_MODEL=
TEXT
fi
chmod 600 "$folder/protostar.env"
