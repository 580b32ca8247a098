#!/usr/bin/env bash
# Makes a Debian 13 system with RabbitMQ 4, PostgreSQL 17, Prometheus 3 and docker compose in a folder, unless it is there already:
# tests/debian-13.sh FOLDER
#
# TEST_RABBITMQ=FOLDER then makes the integration tests run that RabbitMQ, by chroot; TEST_PROMETHEUS=FOLDER that Prometheus.
# tests/stand-ins.sh makes images of it.
# Needs root and debootstrap (installed if missing). Nothing in it is started, and nothing outside the folder is changed.
set -euo pipefail

fail() {
    echo "debian-13.sh: $*" >&2
    exit 1
}

[[ $# == 1 && $1 != -* ]] || fail "usage: tests/debian-13.sh FOLDER"
folder=$(realpath -m "$1")
has() {
    [[ -x $folder/usr/lib/rabbitmq/bin/rabbitmq-server && -x $folder/usr/bin/prometheus && -x $folder/usr/lib/postgresql/17/bin/postgres &&
        -x $folder/usr/libexec/docker/cli-plugins/docker-compose ]]
}
! has || exit 0
((EUID == 0)) || fail "only root can make a system in a folder"
if ! command -v debootstrap >/dev/null; then
    command -v apt-get >/dev/null || fail "debootstrap is missing"
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends debootstrap >/dev/null || fail "debootstrap can't be installed"
fi

# Made beside its place and moved there when it is whole.
mkdir -p "${folder%/*}"
making=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$making"' EXIT
log=$making.log
chmod 755 "$making"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m 1 '/debian/*$' || true)
if ! debootstrap --variant=minbase --include=rabbitmq-server,postgresql,prometheus,docker-compose,ca-certificates trixie "$making" ${mirror:+"$mirror"} >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    fail "debootstrap could not make it"
fi
rm -f "$log"
rm -rf "$folder"
mv "$making" "$folder"
