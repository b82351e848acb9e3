# shellcheck shell=bash disable=SC2154  # names from services.sh and from the settings
# Debian's packages, and pgvector where Debian has no package of it.

pgvector_version=0.8.0
cache="${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/protostar"

need_apt() {
  command -v apt-get >/dev/null || fail "this installs with apt, which only Debian and Ubuntu have. Elsewhere, start" \
    "PostgreSQL 15 or newer with pgvector, Redis 7 and an S3 server by hand, and set DATABASE_URL, REDIS_URL," \
    "S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY and S3_BUCKET."
}

# Another clone may be installing the same.
install_missing() {
  local -a missing
  mkdir -p "$cache"
  exec 6>"$cache/lock"
  flock --nonblock 6 || { say 'waiting for another clone that installs' && flock 6; }
  mapfile -t missing < <(not_installed redis-tools memcached python3-swift)
  newest_postgres >/dev/null || missing+=(postgresql)
  [ "${#missing[@]}" = 0 ] || install_packages "${missing[@]}"
  install_pgvector "$(postgres_release)"
  exec 6>&-
}

# Where there is no package of it, pgvector is built into one.
install_pgvector() {
  local package="postgresql-$1-pgvector" system built
  local -a tools
  [ ! -e "/usr/share/postgresql/$1/extension/vector.control" ] || return 0
  if apt-cache show "$package" 2>/dev/null | grep -q ^Package; then
    install_packages "$package"
    return
  fi
  # Of use only with the same PostgreSQL and the same C library.
  # shellcheck source=/dev/null
  system="$(. /etc/os-release && echo "$ID$VERSION_ID")_$(dpkg --print-architecture)"
  built="$cache/${package}_${pgvector_version}_$system.deb"
  if [ ! -e "$built" ]; then
    mapfile -t tools < <(not_installed make gcc libc6-dev dpkg-dev)
    # An old one cannot check the newer release that the source comes from.
    [ -e /usr/share/keyrings/debian-archive-trixie-automatic.gpg ] || tools+=(debian-archive-keyring)
    [ "${#tools[@]}" = 0 ] || install_packages "${tools[@]}"
    say "building pgvector $pgvector_version from Debian's source"
    logged bash "$here/build-pgvector.sh" "$pgvector_version" "$1" "$built"
  fi
  install_packages "$built"
}

# The proxy of docker/compose.yaml, which a test starts. Only unpacked: its package would add a service of the system.
# Prints nothing where there is no package of it.
find_caddy() {
  local program="$cache/caddy_$(dpkg --print-architecture)/usr/bin/caddy"
  if [ ! -x "$program" ]; then unpack_caddy "${program%/usr/bin/caddy}" >>"$state/install.log" 2>&1 || return 0; fi
  echo "$program"
}

unpack_caddy() (
  rm -rf "$1.new" && mkdir -p "$1.new" && cd "$1.new" &&
    apt-get download -q caddy && dpkg-deb --extract caddy_*.deb . && rm caddy_*.deb && mv -T "$1.new" "$1"
)

not_installed() {
  local package
  for package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# 5:7.0.15-1~deb12u7 is 7.0.15
package_version() {
  local version
  version=$(dpkg-query -W -f '${Version}' "$1" 2>/dev/null | sed 's/^[0-9]*://; s/[-+].*//') || true
  echo "${version:--}"
}

install_packages() {
  local -a as_root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "$* must be installed, which needs root, or sudo; there is neither."
    as_root=(sudo)
  fi
  say "installing ${*##*/}"
  logged "${as_root[@]}" bash "$here/apt-install.sh" "$@"
}

logged() {
  "$@" >>"$state/install.log" 2>&1 && return
  tail -n 15 "$state/install.log" >&2
  fail "that failed; all it said is in $state/install.log"
}
