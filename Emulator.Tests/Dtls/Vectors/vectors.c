/*
 * Computes the known answers of vectors.txt with OpenSSL's primitives, the record layouts written out by hand:
 *
 *     gcc -o vectors vectors.c -lcrypto && ./vectors > vectors.txt
 */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdio.h>
#include <string.h>

typedef unsigned char byte;

static void show(const char *name, const byte *data, size_t length) {
    printf("%s = ", name);
    for (size_t i = 0; i < length; i++)
        printf("%02x", data[i]);
    printf("\n");
}

static void fill(byte *data, size_t length, byte first) {
    for (size_t i = 0; i < length; i++)
        data[i] = (byte)(first + i);
}

/* The PRF of TLS 1.2 with SHA-256, RFC 5246 5. */
static void prf(const byte *secret, size_t secret_length, const char *label, const byte *seed, size_t seed_length, byte *output, size_t length) {
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "TLS1-PRF", NULL);
    EVP_KDF_CTX *context = EVP_KDF_CTX_new(kdf);
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, "SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, (void *)secret, secret_length),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, (void *)label, strlen(label)),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, (void *)seed, seed_length),
        OSSL_PARAM_construct_end(),
    };
    if (EVP_KDF_derive(context, output, length, parameters) != 1)
        printf("failed\n");
    EVP_KDF_CTX_free(context);
    EVP_KDF_free(kdf);
}

/* Ciphertext and tag, CCM or GCM. */
static void aead(const EVP_CIPHER *cipher, size_t tag, const byte *key, const byte *nonce, const byte *aad, size_t aad_length, const byte *text,
                 size_t length, byte *output) {
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int ccm = EVP_CIPHER_get_mode(cipher) == EVP_CIPH_CCM_MODE, n;
    EVP_EncryptInit_ex(context, cipher, NULL, NULL, NULL);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, 12, NULL);
    if (ccm)
        EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, (int)tag, NULL);
    EVP_EncryptInit_ex(context, NULL, NULL, key, nonce);
    if (ccm)
        EVP_EncryptUpdate(context, NULL, &n, NULL, (int)length);
    EVP_EncryptUpdate(context, NULL, &n, aad, (int)aad_length);
    EVP_EncryptUpdate(context, output, &n, text, (int)length);
    EVP_EncryptFinal_ex(context, output + n, &n);
    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, (int)tag, output + length);
    EVP_CIPHER_CTX_free(context);
}

/* seq_num, type, version and length: what an AEAD suite authenticates, and a MAC begins with. */
static void header(byte *output, const byte *sequence, size_t length) {
    memcpy(output, sequence, 8);
    output[8] = 23;
    output[9] = 0xfe;
    output[10] = 0xfd;
    output[11] = (byte)(length >> 8);
    output[12] = (byte)length;
}

/* GenericAEADCipher: explicit nonce, ciphertext, tag (RFC 5246 6.2.3.3). */
static void aead_record(const char *name, const EVP_CIPHER *cipher, size_t tag, const byte *key, const byte *salt, const byte *sequence,
                        const byte *text, size_t length) {
    byte aad[13], nonce[12], output[2000];
    header(aad, sequence, length);
    memcpy(nonce, salt, 4);
    memcpy(nonce + 4, sequence, 8);
    memcpy(output, sequence, 8);
    aead(cipher, tag, key, nonce, aad, sizeof aad, text, length, output + 8);
    show(name, output, 8 + length + tag);
}

static size_t cbc(const byte *key, const byte *iv, const byte *text, size_t length, byte *output) {
    byte padded[2000];
    size_t total = (length / 16 + 1) * 16;
    int n;
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    memcpy(padded, text, length);
    memset(padded + length, (int)(total - length - 1), total - length);
    EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), NULL, key, iv);
    EVP_CIPHER_CTX_set_padding(context, 0);
    memcpy(output, iv, 16);
    EVP_EncryptUpdate(context, output + 16, &n, padded, (int)total);
    EVP_CIPHER_CTX_free(context);
    return 16 + total;
}

static void mac(const byte *key, const byte *sequence, const byte *data, size_t length, byte *output) {
    byte input[2000];
    header(input, sequence, length);
    memcpy(input + 13, data, length);
    HMAC(EVP_sha256(), key, 32, input, 13 + length, output, NULL);
}

/* GenericBlockCipher (RFC 5246 6.2.3.2), and its form with the MAC outside (RFC 7366 3). */
static void cbc_records(const char *name, const byte *mac_key, const byte *key, const byte *iv, const byte *sequence, const byte *text, size_t length) {
    byte inner[2000], output[2000];
    char full[80];
    size_t n;
    memcpy(inner, text, length);
    mac(mac_key, sequence, text, length, inner + length);
    n = cbc(key, iv, inner, length + 32, output);
    snprintf(full, sizeof full, "%s mac-then-encrypt", name);
    show(full, output, n);
    n = cbc(key, iv, text, length, output);
    mac(mac_key, sequence, output, n, output + n);
    snprintf(full, sizeof full, "%s encrypt-then-mac", name);
    show(full, output, n + 32);
}

int main(void) {
    static const size_t lengths[] = {0, 1, 15, 16, 64, 200};
    byte psk[16], premaster[36] = {0, 16}, client[32], server[32], both[64], hash[32], master[48], extended[48], verify[12], block[104], iv[16];
    byte text[200], output[100], nonce[12], aad[20], key[16];
    static const byte sequence[8] = {0, 1, 0, 0, 0, 0, 1, 2};

    printf("# %s; see vectors.c\n", OpenSSL_version(OPENSSL_VERSION));
    fill(psk, 16, 0x30);
    premaster[19] = 16;
    memcpy(premaster + 20, psk, 16);
    fill(client, 32, 0x40);
    fill(server, 32, 0x80);
    fill(hash, 32, 0xc0);
    fill(iv, 16, 0xe0);
    fill(text, 200, 0x11);

    /* RFC 4279 2, RFC 5246 8.1 */
    memcpy(both, client, 32);
    memcpy(both + 32, server, 32);
    prf(premaster, 36, "master secret", both, 64, master, 48);
    show("master secret", master, 48);
    /* RFC 7627 4 */
    prf(premaster, 36, "extended master secret", hash, 32, extended, 48);
    show("extended master secret", extended, 48);
    prf(master, 48, "client finished", hash, 32, verify, 12);
    show("client finished", verify, 12);
    prf(master, 48, "server finished", hash, 32, verify, 12);
    show("server finished", verify, 12);
    prf(master, 48, "a label", client, 32, output, 100);
    show("100 bytes", output, 100);

    /* RFC 5246 6.3: the seed has the server's random first. */
    memcpy(both, server, 32);
    memcpy(both + 32, client, 32);
    prf(master, 48, "key expansion", both, 64, block, 104);
    show("key block", block, 104);

    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (int of_server = 0; of_server < 2; of_server++) {
            const char *side = of_server ? "server" : "client";
            const byte *write_key = block + 16 * of_server, *salt = block + 32 + 4 * of_server;
            char name[80];
            snprintf(name, sizeof name, "ccm8 %s %zu", side, lengths[i]);
            aead_record(name, EVP_aes_128_ccm(), 8, write_key, salt, sequence, text, lengths[i]);
            snprintf(name, sizeof name, "ccm %s %zu", side, lengths[i]);
            aead_record(name, EVP_aes_128_ccm(), 16, write_key, salt, sequence, text, lengths[i]);
            snprintf(name, sizeof name, "gcm %s %zu", side, lengths[i]);
            aead_record(name, EVP_aes_128_gcm(), 16, write_key, salt, sequence, text, lengths[i]);
            snprintf(name, sizeof name, "cbc %s %zu", side, lengths[i]);
            cbc_records(name, block + 32 * of_server, block + 64 + 16 * of_server, iv, sequence, text, lengths[i]);
        }
    }

    /* The cipher of the published example, with the longer tag. */
    fill(key, 16, 0x40);
    fill(nonce, 12, 0x10);
    fill(aad, 20, 0);
    fill(text, 24, 0x20);
    aead(EVP_aes_128_ccm(), 16, key, nonce, aad, 20, text, 24, output);
    show("ccm cipher tag 16", output, 40);
    return 0;
}
