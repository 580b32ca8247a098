#!/usr/bin/env bash
# Checks the manifests of deploy/kubernetes against the types of Kubernetes and KEDA: tests/Kubernetes/check.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
command -v npm >/dev/null || {
    echo "check.sh: Node.js and npm are missing (apt-get install nodejs npm)" >&2
    exit 1
}
[[ node_modules -nt package-lock.json ]] || {
    npm ci --silent
    touch node_modules
}
exec node --test --test-reporter spec check.test.mjs
