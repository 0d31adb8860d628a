#!/bin/sh
# Alertmanager, the rival of `make bench-notify`. Takes it out of Debian's package without installing that, since the
# package would start a server. Always exits 0: without it our side alone is measured, and the report says so.

command -v prometheus-alertmanager >/dev/null 2>&1 && exit 0
cache="$(cd "$(dirname "$0")/../.." && pwd)/.cache/alertmanager"
[ -x "$cache/usr/bin/prometheus-alertmanager" ] && exit 0

if command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1; then
  echo "Fetching Alertmanager to measure beside …"
  mkdir -p "$cache"
  [ "$(id -u)" = 0 ] && apt-get update -qq >/dev/null 2>&1
  (cd "$cache" && apt-get download -qq prometheus-alertmanager >/dev/null 2>&1 \
    && dpkg-deb -x prometheus-alertmanager_*.deb . && rm -f prometheus-alertmanager_*.deb)
fi

[ -x "$cache/usr/bin/prometheus-alertmanager" ] || echo "*** Alertmanager is missing: there is no rival. \
Install it (Debian: apt-get install prometheus-alertmanager). ***" >&2
exit 0
