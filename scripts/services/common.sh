# shellcheck shell=bash disable=SC2154  # names from services.sh and from the settings
# Settings, data folder and processes; knows no server.

say() { echo "services: $*"; }

fail() {
  echo "services: $*" >&2
  exit 1
}

call() { "${1//-/_}_$2"; }

port_of() {
  local name="${1//-/_}_port"
  echo "${!name:--}"
}

# One command at a time in one clone. Descriptor 8 must be closed in what is started, or a server would hold the lock.
lock() {
  exec 8>"$state/lock"
  flock 8
}

# PostgreSQL refuses to run as root, and the others need not either.
as_service=()
service_user=$(id -un)
if [ "$(id -u)" = 0 ]; then
  service_user=postgres
  as_service=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi

# A file or folder under $data that belongs to the user of the servers. A file's text comes from standard input, and is
# there whole or not at all: a server that is starting may read it at this moment.
service_folder() { install -d -m 700 -o "$service_user" "$1"; }
# shellcheck disable=SC2016
service_file() { "${as_service[@]}" sh -c 'umask 077; cat >"$1.new" && mv "$1.new" "$1"' - "$1"; }

# A folder that the servers' user can enter (a clone under /root is not), that keeps Swift's extended attributes, and
# whose name needs no quotes in any configuration.
choose_data_folder() {
  local name folder elsewhere="${XDG_DATA_HOME:-${HOME:-/nonexistent}/.local/share}"
  [ "$(id -u)" != 0 ] || elsewhere=/var/lib
  name=$(basename "$root" | tr -cd 'A-Za-z0-9._-')-$(printf %s "$root" | sha256sum | cut -c1-12)
  for folder in "$state/data" "$elsewhere/protostar-services/$name"; do
    [[ $folder != *[!A-Za-z0-9/._-]* ]] || continue
    { install -d -m 755 "${folder%/*}" && install -d -m 711 "$folder"; } 2>/dev/null || continue
    if data_folder_serves "$folder"; then
      [ "$folder" = "$state/data" ] || ln -s "$folder" "$state/data"
      return
    fi
    rmdir "$folder"
  done
  fail "neither $state/data nor $elsewhere/protostar-services can hold the data: user $service_user must be" \
    'able to enter it, its file system must keep extended attributes (user_xattr), and its path must be of letters,' \
    'digits and . _ - only.'
}

data_folder_serves() {
  local probe="$1/probe" serves=0
  service_folder "$probe"
  "${as_service[@]}" /usr/bin/python3 -c 'import os, sys; os.setxattr(sys.argv[1], "user.swift.probe", b"x")' \
    "$probe" 2>/dev/null || serves=1
  rmdir "$probe"
  return "$serves"
}

# The settings hold ports and passwords; they lie beside the data that was made with them.
load_settings() {
  data=$(readlink -f "$state/data")
  [ -e "$data/settings" ] || return 0
  [ -O "$data/settings" ] || fail "$data belongs to $(stat -c %U "$data/settings"); run this command as that user."
  # shellcheck source=/dev/null
  . "$data/settings"
}

complete_settings() {
  [ ! -e "$data/settings" ] || return 0
  mkdir -p "$data/run" "$data/log"
  chmod 700 "$data/run" "$data/log"
  (umask 077 && new_settings >"$data/settings.new")
  mv "$data/settings.new" "$data/settings"
  load_settings
}

new_settings() {
  local names=("${servers[@]/%/_port}")
  free_ports "${names[@]//-/_}"
  for name in postgres_admin_password postgres_password redis_password s3_secret swift_hash_suffix; do
    echo "$name=$(random_hex 20)"
  done
  echo "s3_user=$(random_hex 8)"
}

random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# Below the range that the system gives to outgoing connections, so that a port is still free after a stop.
free_ports() {
  /usr/bin/python3 - "$@" <<'PYTHON'
import random, socket, sys

taken = []
for name in sys.argv[1:]:
    while True:
        listener = socket.socket()
        try:
            listener.bind(('127.0.0.1', random.randrange(20000, 32000)))
            break
        except OSError:
            listener.close()
    taken.append(listener)
    print(f'{name}={listener.getsockname()[1]}')
PYTHON
}

write_env() {
  (
    umask 077
    cat >"$env_file.new" <<TEXT
DATABASE_URL=postgresql://protostar:$postgres_password@127.0.0.1:$postgresql_port/protostar
REDIS_URL=redis://:$redis_password@127.0.0.1:$redis_port
S3_ENDPOINT=http://127.0.0.1:$swift_proxy_port
S3_REGION=us-east-1
S3_ACCESS_KEY=protostar:$s3_user
S3_SECRET_KEY=$s3_secret
S3_BUCKET=protostar
CADDY=$(find_caddy)
TEXT
  )
  mv "$env_file.new" "$env_file"
}

# run NAME COMMAND…: in a session of its own, as the servers' user. setsid and setpriv become the command, so that $!
# is the server. A process is known by number and start time: the number alone may have been given to another.
run() {
  local name=$1
  shift
  (cd "$data" && HOME=$data exec setsid "${as_service[@]}" "$@") >>"$data/log/$name.log" 2>&1 </dev/null 8>&- &
  echo "$! $(start_time "$!" || true)" >"$data/run/$name.pid"
}

# Nothing for one that has ended, though it may stay in the table where nobody collects it (Z).
start_time() {
  local -a fields
  read -ra fields < <(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) && [ "${fields[0]}" != Z ] && echo "${fields[19]}"
}

pid_of() {
  local pid time
  [ -n "$data" ] && read -r pid time 2>/dev/null <"$data/run/$1.pid" || return 1
  [ -n "$time" ] && [ "$time" = "$(start_time "$pid")" ] && echo "$pid"
}

answers() { (call "$1" answers) >/dev/null 2>&1; }

all_answer() {
  local server
  for server in "${servers[@]}"; do
    pid_of "$server" >/dev/null && answers "$server" || return 1
  done
}

start_unless_alive() {
  if pid_of "$1" >/dev/null; then return; fi
  if listens "$(port_of "$1")"; then
    fail "port $(port_of "$1") of $1 is taken by another program; stop that, or give $1 another port in $data/settings."
  fi
  say "starting $1 on port $(port_of "$1")"
  call "$1" start
}

listens() { (: <>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# http_ok PORT PATH: answers 200.
http_ok() {
  local line
  exec 7<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET %s HTTP/1.0\r\n\r\n' "$2" >&7
  read -r -t 5 line <&7
  exec 7>&-
  [[ $line == HTTP/1.?\ 200* ]]
}

# A server that ends at once is given another try: after a kill -9, PostgreSQL refuses to start until its orphans end.
wait_for() {
  local deadline=$((SECONDS + 60)) tries=1
  until answers "$1"; do
    if ! pid_of "$1" >/dev/null; then
      [ "$tries" -lt 4 ] || give_up "$1" 'ended while starting'
      tries=$((tries + 1))
      sleep 1
      say "$1 ended at once; starting it again"
      call "$1" start
    fi
    [ "$SECONDS" -lt "$deadline" ] || give_up "$1" 'does not answer'
    sleep 0.1
  done
}

give_up() {
  tail -n 15 "$data/log/$1.log" >&2
  fail "$1 $2; its log is $data/log/$1.log"
}

# SIGINT is PostgreSQL's fast shutdown; with SIGTERM it would wait for its clients to leave.
ask_to_stop() {
  local pid signal=TERM
  [ "$1" != postgresql ] || signal=INT
  pid=$(pid_of "$1") || return 0
  kill "-$signal" "$pid"
}

wait_until_stopped() {
  local pid deadline=$((SECONDS + 30))
  while pid=$(pid_of "$1") && [ "$SECONDS" -lt "$deadline" ]; do sleep 0.05; done
  if pid=$(pid_of "$1"); then
    say "$1 did not stop in 30 s and is killed"
    kill -KILL "$pid"
  fi
  rm -f "$data/run/$1.pid"
}

remove_data() {
  [[ $data == "$state/data" || $data == */protostar-services/* ]] || fail "$data is not a folder of this script."
  rm -rf -- "$data" "$state"
}
