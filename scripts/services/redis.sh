# shellcheck shell=bash disable=SC2154  # names from services.sh and from the settings

# The package redis-server would add a service of the system. The program itself is in redis-tools, under the name of
# its checker; it goes by the name that it is called with.
redis_start() {
  service_folder "$data/redis"
  ln -sfn /usr/bin/redis-check-rdb "$data/redis/redis-server"
  service_file "$data/redis/redis.conf" <<TEXT
bind 127.0.0.1
port $redis_port
requirepass $redis_password
dir $data/redis
appendonly yes
TEXT
  run redis "$data/redis/redis-server" "$data/redis/redis.conf"
}

redis_answers() {
  [ "$(REDISCLI_AUTH=$redis_password timeout 5 redis-cli -h 127.0.0.1 -p "$redis_port" ping)" = PONG ]
}

redis_version() { package_version redis-tools; }
