#!/usr/bin/env bash
# build-pgvector.sh VERSION POSTGRES FILE: builds Debian's source of pgvector for that PostgreSQL into a package FILE.
set -euo pipefail
version=$1 postgres=$2 file=$3
suite=trixie
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Asks apt with a list of sources of its own, which the system's never sees. apt checks what it gets against the
# signature of Debian's archive.
own=(
  -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
  -o "Dir::State::lists=$work/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
)
sandbox=(-o "APT::Sandbox::User=$(id -un)")
mkdir -p lists/partial
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >sources.list
apt-get "${own[@]}" "${sandbox[@]}" update
apt-get "${own[@]}" "${sandbox[@]}" source --download-only "pgvector/$suite"
if ! [ -e "pgvector_$version.orig.tar.gz" ]; then
  echo "Debian $suite has another pgvector than $version:" pgvector_*
  exit 1
fi
dpkg-source -x pgvector_*.dsc source

# The package of PostgreSQL's headers wants a whole clang; unpacked beside the source, they serve without.
# The system's lists may be missing or too old to find it.
headers=("${sandbox[@]}" download "postgresql-server-dev-$postgres")
if ! apt-get "${headers[@]}"; then
  mkdir -p system-lists/partial
  system=(-o "Dir::State::lists=$work/system-lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=)
  apt-get "${system[@]}" "${sandbox[@]}" update
  apt-get "${system[@]}" "${headers[@]}"
fi
dpkg-deb -x "postgresql-server-dev-$postgres"_*.deb headers
cat >pg_config <<TEXT
#!/bin/sh
case \$1 in --pkgincludedir) printf %s '$work/headers' ;; esac
exec /usr/lib/postgresql/$postgres/bin/pg_config "\$1"
TEXT
chmod +x pg_config

# OPTFLAGS= keeps the instructions of this very processor out of what is kept for others.
make=(make -C source -j2 OPTFLAGS= with_llvm=no "PG_CONFIG=$work/pg_config")
"${make[@]}"
"${make[@]}" install "DESTDIR=$work/installed"

# A package rather than a plain installation, so that dpkg knows the files; older than any of Debian's own.
mkdir -p package/usr package/DEBIAN
mv installed/usr/lib installed/usr/share package/usr/
cat >package/DEBIAN/control <<TEXT
Package: postgresql-$postgres-pgvector
Version: $version-0protostar1
Architecture: $(dpkg --print-architecture)
Depends: postgresql-$postgres
Maintainer: Protostar <protostar@localhost>
Description: pgvector for PostgreSQL $postgres, built by scripts/services.sh
TEXT
dpkg-deb --root-owner-group --build package built.deb
# The file appears complete or not at all.
cp built.deb "$file.new"
mv "$file.new" "$file"
