#!/usr/bin/env bash
# Prepares 'docker compose up --build --wait': publishes the hosts, and makes the passwords that are missing.
#
#   deploy/prepare.sh               publishes into artifacts/publish, makes deploy/secrets
#   deploy/prepare.sh --secrets     the passwords only
#
# Each password is a file of deploy/secrets. To choose one yourself, put the file there before the first start of the servers.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1-} in
'' | --secrets) ;;
*)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac

# Only the owner can open the folder. The files in it can be read by every user: a container sees only the files that it is given, and
# runs as another user.
mkdir -p deploy/secrets
chmod 700 deploy/secrets
for secret in postgres_{admin,orchestrator,inventory,payment,shipping,acquirer,reconciler} \
    rabbitmq_{orchestrator,inventory,payment,shipping,submitter,operator,scaler} rabbitmq_cookie grafana_admin; do
    [[ -s deploy/secrets/$secret ]] || od -An -N 24 -tx1 /dev/urandom | tr -d ' \n' >"deploy/secrets/$secret"
    chmod 444 "deploy/secrets/$secret"
done
[[ ${1-} != --secrets ]] || exit 0

dotnet msbuild deploy/hosts.proj -nologo -verbosity:quiet -maxCpuCount
