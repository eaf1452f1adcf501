#!/usr/bin/env bash
# Installs what the interoperability tests use: libcoap's command-line tools, node-coap and tshark. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v coap-client-notls >/dev/null && command -v coap-server-notls >/dev/null || missing+=(libcoap3-bin)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
command -v tshark >/dev/null || missing+=(tshark)
if [ "${#missing[@]}" -gt 0 ]; then
    sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get update -qq
    # Asks nothing, so tshark gets no right to capture: the tests read files.
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
fi

# node-coap goes beside the peer script that the tests start, at the versions of its lock file.
node=Emulator.Tests/Interop/node
if ! cmp -s "$node/package-lock.json" "$node/node_modules/.m531x-installed"; then
    npm ci --prefix "$node" --no-audit --no-fund --loglevel=error >/dev/null
    cp "$node/package-lock.json" "$node/node_modules/.m531x-installed"
fi
