#!/bin/sh
# Java and Maven for the tests on a real Apache Kafka. Installs them where that is simple (root on Debian); elsewhere says
# how to get them in one line. Always exits 0: without them those tests are skipped (and fail where CI=true).

has_java() {
  command -v java >/dev/null 2>&1 &&
    [ "$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)" -ge 17 ] 2>/dev/null
}

has_all() { has_java && command -v mvn >/dev/null 2>&1; }

has_all && exit 0

if [ "$(id -u)" = 0 ] && [ -f /etc/debian_version ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Java 17 and Maven for the tests on a real Kafka …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1
  apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless maven >/dev/null 2>&1 ||
    apt-get install -y -qq --no-install-recommends default-jre-headless maven >/dev/null 2>&1
fi

has_all || echo "*** Java 17 or newer and Maven (mvn) are missing: tests on a real Kafka cannot run. \
Install them (Debian: apt-get install openjdk-17-jre-headless maven; macOS: brew install openjdk@17 maven). ***" >&2
exit 0
