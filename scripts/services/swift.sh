# shellcheck shell=bash disable=SC2154  # names from services.sh and from the settings
# S3: a Swift proxy with s3api over one account, one container and one object server, and memcached for its tokens.

memcached_start() { run memcached memcached -l 127.0.0.1 -p "$memcached_port" -U 0 -m 16; }

memcached_answers() {
  local line
  exec 7<>"/dev/tcp/127.0.0.1/$memcached_port" || return 1
  printf 'version\r\n' >&7
  read -r -t 5 line <&7
  exec 7>&-
  [[ $line == VERSION* ]]
}

memcached_version() { package_version memcached; }

swift_account_start() { start_storage account; }
swift_container_start() { start_storage container; }
swift_object_start() { start_storage object; }
swift_account_answers() { http_ok "$swift_account_port" /healthcheck; }
swift_container_answers() { http_ok "$swift_container_port" /healthcheck; }
swift_object_answers() { http_ok "$swift_object_port" /healthcheck; }
swift_proxy_answers() { http_ok "$swift_proxy_port" /healthcheck; }
swift_account_version() { package_version python3-swift; }
swift_container_version() { package_version python3-swift; }
swift_object_version() { package_version python3-swift; }
swift_proxy_version() { package_version python3-swift; }

# The packages of the single servers would add a dozen services of the system; all their code is in python3-swift.
start_swift() {
  run "swift-$1" /usr/bin/python3 "$data/swift/swift-server.py" "$data/swift/$1-server.conf" "$1-server"
}

start_storage() {
  swift_common
  { swift_defaults "$1" && cat; } <<TEXT | service_file "$data/swift/$1-server.conf"
devices = $data/swift/disks
mount_check = no
fallocate_reserve = 0

[pipeline:main]
pipeline = healthcheck $1-server

[filter:healthcheck]
use = egg:swift#healthcheck

[app:$1-server]
use = egg:swift#$1
log_requests = no
# There is no updater that would repeat later what was given up here.
node_timeout = 60
container_update_timeout = 60
TEXT
  start_swift "$1"
}

swift_proxy_start() {
  swift_common
  { swift_defaults proxy && cat; } <<TEXT | service_file "$data/swift/proxy-server.conf"

[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = yes
# With one copy there is no other server to turn to, so a slow one is waited for and never put aside.
node_timeout = 60
recoverable_node_timeout = 60
conn_timeout = 5
error_suppression_limit = 1000000

[filter:s3api]
use = egg:swift#s3api
location = us-east-1

[filter:tempauth]
use = egg:swift#tempauth
user_protostar_$s3_user = $s3_secret .admin

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:$memcached_port

$(for filter in catch_errors gatekeeper healthcheck listing_formats bulk copy slo; do
    printf '[filter:%s]\nuse = egg:swift#%s\n\n' "$filter" "$filter"
  done)
TEXT
  start_swift proxy
}

# A log address that is no socket keeps Swift out of the system's log.
swift_defaults() {
  local port="swift_$1_port"
  cat <<TEXT
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${!port}
workers = 0
user = $service_user
swift_dir = $data/swift
log_level = WARNING
log_address = /dev/null
TEXT
}

# Copied, because the servers' user may not be able to enter the clone.
swift_common() {
  service_folder "$data/swift"
  service_folder "$data/swift/disks"
  service_folder "$data/swift/disks/d1"
  service_file "$data/swift/swift-server.py" <"$here/swift-server.py"
  service_file "$data/swift/swift.conf" <<TEXT
[swift-hash]
swift_hash_path_suffix = $swift_hash_suffix
TEXT
  [ -e "$data/swift/object.ring.gz" ] || (cd "$data" && "${as_service[@]}" /usr/bin/python3 - "$data/swift" \
    "account=$swift_account_port" "container=$swift_container_port" "object=$swift_object_port") <"$here/swift-rings.py"
}
