#!/usr/bin/env bash
# Makes a Debian 13 system with RabbitMQ 4, PostgreSQL 17, Prometheus 3 and docker compose in a folder, unless it is there already:
# tests/debian-13.sh FOLDER
#
# With TEST_RABBITMQ=FOLDER the integration tests run its RabbitMQ by chroot, with TEST_PROMETHEUS=FOLDER its Prometheus.
# tests/stand-ins.sh makes images from it.
# Needs root and debootstrap (installed if missing). It starts no program of the system and changes no other file outside the folder.
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
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends debootstrap >/dev/null ||
        fail "debootstrap can't be installed"
fi

# Makes the system beside its place, and moves it there when it is complete.
mkdir -p "${folder%/*}"
making=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$making"' EXIT
log=$making.log
chmod 755 "$making"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2>/dev/null | grep -m 1 '/debian/*$' || true)
if ! debootstrap --variant=minbase --include=rabbitmq-server,postgresql,prometheus,docker-compose,ca-certificates \
    trixie "$making" ${mirror:+"$mirror"} >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    rm -f "$log"
    fail "debootstrap could not make the system; its last lines stand above"
fi
rm -f "$log"
rm -rf "$folder"
mv "$making" "$folder"
