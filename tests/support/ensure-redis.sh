#!/bin/sh
# A real Redis for the tests of the notifier's working state. Takes it out of Debian's packages without installing them,
# since the package would start a server. Always exits 0: without it those tests are skipped (and fail where CI=true).

command -v redis-server >/dev/null 2>&1 && exit 0
cache="$(cd "$(dirname "$0")/../.." && pwd)/.cache/redis"
[ -x "$cache/usr/bin/redis-check-rdb" ] && exit 0

if command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1; then
  echo "Fetching Redis for the tests of the notifier …"
  mkdir -p "$cache"
  if [ "$(id -u)" = 0 ]; then
    apt-get update -qq >/dev/null 2>&1
    RUNLEVEL=1 apt-get install -qq -y --no-install-recommends redis-server >/dev/null 2>&1
  fi
fi

command -v redis-server >/dev/null 2>&1 || echo "*** redis-server is missing: the notifier's working state is not tested \
on it. Install it (Debian: apt-get install redis-server). ***" >&2
exit 0
