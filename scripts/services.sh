#!/usr/bin/env bash
# The servers of production on this machine: PostgreSQL with pgvector, Redis, and S3 (OpenStack Swift).
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/services" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
state="$root/.services"
env_file="$state/env"
data= # known once the settings are loaded

for part in common install postgres redis swift; do
  # shellcheck source=/dev/null
  . "$here/$part.sh"
done

# Every server has <name>_start, <name>_answers, <name>_version and <name>_port in its file; `-` stands as `_` there.
# Started from left to right, stopped from right to left.
servers=(postgresql redis memcached swift-account swift-container swift-object swift-proxy)

usage() {
  cat <<'TEXT'
Usage: scripts/services.sh COMMAND

  up            install what is missing, start what does not run, write .services/env
  down          stop all and keep the data
  down --wipe   stop all and remove data, logs, ports and passwords
  status        a table of the servers; exit code 1 unless all of them answer
  env           print what the application needs: DATABASE_URL, REDIS_URL, S3_*

The servers listen on 127.0.0.1 only, on ports of their own, and do not touch servers or clusters of the system.
Installing needs Debian or Ubuntu, and root or sudo; starting and stopping does not. Run as root, the servers run as
user postgres. Data, logs and the install log lie in .services/; what was built is kept in
${XDG_CACHE_HOME:-~/.cache}/protostar; its source comes from ${DEBIAN_MIRROR:-http://deb.debian.org/debian}.

To use them in a shell:

  set -a; . .services/env; set +a
TEXT
}

up() {
  need_apt
  mkdir -p "$state"
  lock
  [ ! -e "$state/data" ] || load_settings
  if ! all_answer; then
    install_missing
    [ -e "$state/data" ] || choose_data_folder
    load_settings
    complete_settings
    for server in "${servers[@]}"; do start_unless_alive "$server"; done
    for server in "${servers[@]}"; do wait_for "$server"; done
  fi
  create_database
  write_env
  say "PostgreSQL, Redis and S3 answer; their addresses are in ${env_file#"$PWD"/} (${SECONDS} s)"
}

down() {
  local wipe=${1:-}
  [ -z "$wipe" ] || [ "$wipe" = --wipe ] || fail "down knows only --wipe, not $wipe."
  if [ ! -e "$state/data" ]; then
    say 'there is nothing to stop'
    [ -z "$wipe" ] || rm -rf "$state"
    return
  fi
  lock
  load_settings
  local i
  for ((i = ${#servers[@]} - 1; i >= 0; i--)); do ask_to_stop "${servers[i]}"; done
  for server in "${servers[@]}"; do wait_until_stopped "$server"; done
  if [ -n "$wipe" ]; then
    remove_data
    say "all stopped, all removed (${SECONDS} s)"
  else
    say "all stopped; the data is kept in $data (${SECONDS} s)"
  fi
}

status() {
  local server pid text all=0
  [ ! -e "$state/data" ] || load_settings
  printf '%-16s %-24s %-6s %-8s %s\n' SERVER VERSION PORT PID STATE
  for server in "${servers[@]}"; do
    pid=$(pid_of "$server") || pid=-
    if [ "$pid" = - ]; then text=stopped; elif answers "$server"; then text=running; else text='not answering'; fi
    [ "$text" = running ] || all=1
    printf '%-16s %-24s %-6s %-8s %s\n' "$server" "$(call "$server" version)" "$(port_of "$server")" "$pid" "$text"
  done
  return "$all"
}

print_env() {
  [ -r "$env_file" ] || fail "there is no readable ${env_file#"$PWD"/}; run scripts/services.sh up first."
  cat "$env_file"
}

case ${1:-} in
  up) up ;;
  down) down "${2:-}" ;;
  status) status ;;
  env) print_env ;;
  -h | --help | help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
