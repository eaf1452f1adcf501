#!/usr/bin/env bash
# Installs what the interoperability tests use: libcoap's command-line tools and node-coap. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v coap-client-notls >/dev/null || missing+=(libcoap3-bin)
command -v node >/dev/null || missing+=(nodejs npm)
if [ "${#missing[@]}" -gt 0 ]; then
    sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq "${missing[@]}" >/dev/null
fi
