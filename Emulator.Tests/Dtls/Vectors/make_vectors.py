#!/usr/bin/env python3
"""Prints vectors-python.txt. Hashes by hashlib, ciphers by OpenSSL (python package cryptography); nothing of this repository is used.

    python3 make_vectors.py > vectors-python.txt
"""
import hashlib
import hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM


def p_sha256(secret, seed, length):  # RFC 5246 section 5
    out, a = b"", seed
    while len(out) < length:
        a = hmac.new(secret, a, hashlib.sha256).digest()
        out += hmac.new(secret, a + seed, hashlib.sha256).digest()
    return out[:length]


def show(name, value):
    print(name, value.hex())


print("# made by make_vectors.py")

# Input.
psk = b"abcdefge"
client_random = bytes(range(32))
server_random = bytes(range(32, 64))
session_hash = hashlib.sha256(b"messages").digest()
content = b"0123456789 abcdefghij"
number = bytes.fromhex("0001 000000000102")  # epoch and sequence number
cid = bytes.fromhex("c1d2e3")
cbc_iv = bytes(range(0xA0, 0xB0))
show("psk", psk)
show("client_random", client_random)
show("server_random", server_random)
show("session_hash", session_hash)
show("content", content)
show("number", number)
show("cid", cid)
show("cbc_iv", cbc_iv)

# Secrets: RFC 4279 section 2, RFC 5246 sections 8.1, 6.3, 7.4.9, RFC 7627 section 4.
length = len(psk).to_bytes(2, "big")
premaster = length + bytes(len(psk)) + length + psk
master = p_sha256(premaster, b"master secret" + client_random + server_random, 48)
show("premaster", premaster)
show("master", master)
show("extended_master", p_sha256(premaster, b"extended master secret" + session_hash, 48))
show("client_verify_data", p_sha256(master, b"client finished" + session_hash, 12))
show("server_verify_data", p_sha256(master, b"server finished" + session_hash, 12))
aead_block = p_sha256(master, b"key expansion" + server_random + client_random, 40)
cbc_block = p_sha256(master, b"key expansion" + server_random + client_random, 96)
show("aead_key_block", aead_block)
show("cbc_key_block", cbc_block)


def associated(with_cid, size):  # RFC 5246 section 6.2.3.3, RFC 9146 section 5
    size = size.to_bytes(2, "big")
    if not with_cid:
        return number + b"\x17\xfe\xfd" + size
    return b"\xff" * 8 + b"\x19" + bytes([len(cid)]) + b"\x19\xfe\xfd" + number + cid + size


def cbc(key, plain):
    encryptor = Cipher(algorithms.AES(key), modes.CBC(cbc_iv)).encryptor()
    return encryptor.update(plain) + encryptor.finalize()


def pad(plain):
    count = 16 - len(plain) % 16
    return plain + bytes([count - 1]) * count


for side in (0, 1):
    who = ("client", "server")[side]
    key, salt = aead_block[16 * side:][:16], aead_block[32 + 4 * side:][:4]
    mac_key, cbc_key = cbc_block[32 * side:][:32], cbc_block[64 + 16 * side:][:16]
    for with_cid in (False, True):
        inner = content + b"\x17" if with_cid else content
        suffix = f"{who}{'_cid' if with_cid else ''}"
        nonce = salt + number
        data = associated(with_cid, len(inner))
        show(f"ccm8_{suffix}", number + AESCCM(key, tag_length=8).encrypt(nonce, inner, data))
        show(f"ccm_{suffix}", number + AESCCM(key, tag_length=16).encrypt(nonce, inner, data))
        show(f"gcm_{suffix}", number + AESGCM(key).encrypt(nonce, inner, data))
        mac = hmac.new(mac_key, data + inner, hashlib.sha256).digest()
        show(f"cbc_mac_inside_{suffix}", cbc_iv + cbc(cbc_key, pad(inner + mac)))
        sealed = cbc_iv + cbc(cbc_key, pad(inner))
        outer = hmac.new(mac_key, associated(with_cid, len(sealed)) + sealed, hashlib.sha256).digest()
        show(f"cbc_mac_outside_{suffix}", sealed + outer)
