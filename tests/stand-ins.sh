#!/usr/bin/env bash
# Makes stand-ins for the images that docker-compose.yml and Dockerfile name, for a machine that can't pull the official ones. They have
# the official names. They consist of Debian 13's packages and this machine's .NET: tests/stand-ins.sh FOLDER, a system that
# tests/debian-13.sh has made.
#
# They behave like the official images only as far as the compose file needs it. There is none for Grafana, which Debian does not have.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $# == 1 && -d $1/usr/lib/postgresql ]] || {
    echo "stand-ins.sh: usage: tests/stand-ins.sh FOLDER; tests/debian-13.sh FOLDER makes it" >&2
    exit 2
}
system=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

image_of() {
    sed -nE "s,^(FROM | *image: )($1:[^ ]*)$,\2,p" Dockerfile docker-compose.yml
}

# The .NET runtime. Like the official image it has no shell, only the libraries that .NET is linked with.
runtime() {
    local root=$work/runtime package
    mkdir -p "$root"/{tmp,etc,usr/bin,usr/share/dotnet}
    for package in libc6 libgcc-s1 libstdc++6 libssl3t64 zlib1g libzstd1 ca-certificates tzdata; do
        dpkg-query --admindir "$system/var/lib/dpkg" -L "$package" 2>/dev/null
    done | grep -Ev '^/usr/share/(doc|man|lintian|locale)|/gconv' | sort -u >"$work/files"
    # The links of the merged folders come first. Otherwise tar would make a folder lib.
    {
        printf '%s\n' ./lib ./lib64 ./bin ./sbin
        sed 's/^/./' "$work/files" | grep -vE '^\./\.?$|^\./(lib|lib64|bin|sbin)$'
    } >"$work/ordered"
    (cd "$system" && tar -c --no-recursion --files-from "$work/ordered" 2>/dev/null) | tar -x -C "$root" || true
    mkdir -p "$root/etc/ssl/certs"
    cp -L "$system/etc/ssl/certs/ca-certificates.crt" "$root/etc/ssl/certs/"
    local dotnet
    dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
    cp -a "$dotnet/dotnet" "$dotnet/host" "$dotnet/shared" "$root/usr/share/dotnet/"
    ln -s ../share/dotnet/dotnet "$root/usr/bin/dotnet"
    printf 'root:x:0:0::/:/sbin/nologin\napp:x:1654:1654::/:/sbin/nologin\n' >"$root/etc/passwd"
    printf 'root:x:0:\napp:x:1654:\n' >"$root/etc/group"
    chmod 1777 "$root/tmp"
    tar -c -C "$root" . | docker import --change 'ENV ASPNETCORE_HTTP_PORTS=8080' --change 'LABEL orchestrator.stand-in=true' - \
        "$(image_of mcr.microsoft.com/dotnet/aspnet)"
}

runtime
tar -c -C "$system" --one-file-system --exclude=./var/cache --exclude=./var/lib/apt/lists --exclude=./usr/share/doc \
    --exclude=./tmp/* --exclude=./usr/libexec/docker . |
    docker import --change 'LABEL orchestrator.stand-in=true' - orchestrator/debian:13

cat >"$work/rabbitmq-entrypoint" <<'S'
#!/bin/bash
set -e
mkdir -p /var/lib/rabbitmq/mnesia
chown -R rabbitmq:rabbitmq /var/lib/rabbitmq
export HOME=/var/lib/rabbitmq RABBITMQ_LOGS=-
exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups /usr/lib/rabbitmq/bin/"$@"
S
cat >"$work/postgres-entrypoint" <<'S'
#!/bin/bash
set -e
if [[ $(id -u) == 0 ]]; then
    mkdir -p "$PGDATA"
    chown -R postgres "$PGDATA"
    chmod 700 "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
if [[ ! -s $PGDATA/PG_VERSION ]]; then
    initdb -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" -E UTF8 --locale=C.UTF-8 -A scram-sha-256 --auth-local=trust >/dev/null
    echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >>"$PGDATA/postgresql.conf"
    pg_ctl -w -o "-c listen_addresses=''" start >/dev/null
    createdb -U "$POSTGRES_USER" "$POSTGRES_DB"
    for script in /docker-entrypoint-initdb.d/*.sh; do
        bash "$script"
    done
    pg_ctl -w -m fast stop >/dev/null
fi
exec "$@"
S
chmod +x "$work"/*-entrypoint
entrypoint() {
    mkdir -p "$work/$1/empty"
    cp "$work/$1-entrypoint" "$work/$1/docker-entrypoint.sh"
    cat >"$work/$1/Dockerfile"
    docker build --network none --quiet -t "$(image_of "$1")" "$work/$1"
}
entrypoint rabbitmq <<'D'
FROM orchestrator/debian:13
ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
COPY docker-entrypoint.sh /usr/local/bin/
VOLUME /var/lib/rabbitmq
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["rabbitmq-server"]
D
entrypoint postgres <<'D'
FROM orchestrator/debian:13
ENV PATH=/usr/lib/postgresql/17/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PGDATA=/var/lib/postgresql/data
COPY docker-entrypoint.sh /usr/local/bin/
# A named volume gets its owner from this folder.
COPY --chown=postgres:postgres empty /var/lib/postgresql/data
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
D
