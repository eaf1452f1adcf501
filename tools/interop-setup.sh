#!/usr/bin/env bash
# Installs what the interoperability tests use, without a prompt: libcoap's command-line tools, node-coap, and for DTLS the OpenSSL, GnuTLS
# and mbedTLS libraries with a C compiler and the first two's command-line tools, socat
# for a board on a serial cable, Python with pyserial, and tshark. Safe to run again; quick when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need() { # need PACKAGE COMMAND... adds the package unless all commands are there
    local package=$1 command
    shift
    for command in "$@"; do
        command -v "$command" >/dev/null || { missing+=("$package"); return 0; }
    done
}
header() { # header PACKAGE FILE adds the package unless the compiler finds the header
    { command -v gcc && printf '#include <%s>\n' "$2" | gcc -E -x c - -o /dev/null; } >/dev/null 2>&1 || missing+=("$1")
}

need libcoap3-bin coap-client-notls coap-server-notls coap-client-openssl coap-server-openssl coap-client-gnutls coap-server-gnutls
need nodejs node
need npm npm
need openssl openssl
need gnutls-bin gnutls-cli gnutls-serv
need gcc gcc
header libc6-dev stdio.h
header libssl-dev openssl/ssl.h
header libgnutls28-dev gnutls/dtls.h
header libmbedtls-dev mbedtls/ssl.h
need python3 python3
for python in python3 /usr/bin/python3; do "$python" -c 'import serial' 2>/dev/null && break; done || missing+=(python3-serial)
need socat socat
need tshark tshark # asks nothing, and so gets no right to capture: the tests read files
if [ "${#missing[@]}" -gt 0 ]; then
    sudo=""
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get update -qq
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# node-coap goes beside the peer script that the tests start, at the versions of its lock file.
node=Emulator.Tests/Interop/node
if ! cmp -s "$node/package-lock.json" "$node/node_modules/.m531x-installed"; then
    npm ci --prefix "$node" --no-audit --no-fund --loglevel=error >/dev/null
    cp "$node/package-lock.json" "$node/node_modules/.m531x-installed"
fi
