#!/bin/sh
# Starts Protostar on this machine: makes the secrets if there are none, builds the image, brings the database up to
# date, starts everything, waits until it is ready, and shows an admin key if there has never been one.
#   docker/up.sh [OPTIONS OF docker compose up]
set -eu
cd "$(dirname -- "$0")"

fail() {
  echo "up: $*" >&2
  exit 1
}

docker compose version >/dev/null 2>&1 || fail 'Docker with Compose 2.30 or newer is needed.'
# New passwords would not open a database that was made with others.
if [ ! -e .env ] && [ -n "$(docker volume ls --quiet --filter label=com.docker.compose.project=protostar)" ]; then
  fail "there are volumes of an earlier installation, but $PWD/.env with its passwords is gone. Put the file back." \
    'To start anew and lose all data, remove them (docker volume ls, docker volume rm).'
fi
./init.sh

PROTOSTAR_REVISION=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
export PROTOSTAR_REVISION
docker compose build
docker compose up --detach --wait --wait-timeout 600 "$@"

# The first line is a heading. A revoked key counts: whoever revoked the last one meant it.
keys=$(docker compose run --rm --no-deps --no-TTY key list)
if [ "$(printf '%s\n' "$keys" | wc -l)" -lt 2 ]; then
  echo
  echo 'The first key, with the role admin. It is shown this once:'
  echo
  docker compose run --rm --no-deps --no-TTY key create --owner admin --role admin --name first
fi
address=$(docker compose port proxy 80)
echo
echo "Protostar is up: http://$address"
