#!/bin/sh
# Prometheus's own checker, for the tests of the alarms. Takes it out of Debian's package without installing that, since
# the package would start a server. Always exits 0: without it those tests are skipped (and fail where CI=true).

command -v promtool >/dev/null 2>&1 && exit 0
cache="$(cd "$(dirname "$0")/../.." && pwd)/.cache/promtool"
[ -x "$cache/usr/bin/promtool" ] && exit 0

if command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1; then
  echo "Fetching promtool for the tests of the alarms …"
  mkdir -p "$cache"
  [ "$(id -u)" = 0 ] && apt-get update -qq >/dev/null 2>&1
  (cd "$cache" && apt-get download -qq prometheus >/dev/null 2>&1 && dpkg-deb -x prometheus_*.deb . && rm -f prometheus_*.deb)
fi

[ -x "$cache/usr/bin/promtool" ] || echo "*** promtool is missing: the alarms are not tested by it. \
Install it (Debian: apt-get install prometheus). ***" >&2
exit 0
