#!/usr/bin/env bash
# As root: installs packages (names, or one file) without leaving a server behind. None is started, no default
# PostgreSQL cluster is made, and what is new does not start with the machine.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1

policy=/usr/sbin/policy-rc.d
saved="$policy.before-protostar"
cluster=/etc/postgresql-common/createcluster.d/protostar-services.conf
mark='# of Protostar while it installs'

# Also what a killed run has left.
restore() {
  if [ -e "$policy" ] && grep -qF "$mark" "$policy"; then rm -f "$policy"; fi
  [ ! -e "$saved" ] || mv "$saved" "$policy"
  rm -f "$cluster"
  rmdir --parents --ignore-fail-on-non-empty "${cluster%/*}" 2>/dev/null || true
}

exec 9>/run/lock/protostar-services
flock 9
trap restore EXIT
trap 'exit 1' INT TERM HUP
restore

[ ! -e "$policy" ] || mv "$policy" "$saved"
printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
chmod 755 "$policy"
mkdir -p "${cluster%/*}"
echo 'create_main_cluster = false' >"$cluster"

new=()
for service in postgresql memcached; do
  [ -e "/etc/init.d/$service" ] || new+=("$service")
done

apt() { apt-get -q -y -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 "$@"; }
[[ $1 == /* ]] || apt update
apt install --no-install-recommends "$@"

for service in "${new[@]}"; do
  [ ! -e "/etc/init.d/$service" ] || update-rc.d "$service" disable
done
