#include "peer.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>

static const struct peer_options *options;
static SSL_CTX *context;
static SSL *ssl;
static SSL_SESSION *session;
static int connected;
static BIO_METHOD *method;

static int bio_write(BIO *bio, const char *data, int length) {
    (void)bio;
    net_send(data, (size_t)length);
    return length;
}

static int bio_read(BIO *bio, char *data, int size) {
    int n = net_receive((unsigned char *)data, (size_t)size);
    BIO_clear_retry_flags(bio);
    if (n < 0)
        BIO_set_retry_read(bio);
    return n;
}

static long bio_ctrl(BIO *bio, int what, long number, void *pointer) {
    (void)bio, (void)number, (void)pointer;
    return what == BIO_CTRL_FLUSH || what == BIO_CTRL_DUP ? 1 : what == BIO_CTRL_DGRAM_QUERY_MTU ? 1400 : 0;
}

static unsigned int client_psk(SSL *s, const char *hint, char *identity, unsigned int identity_size, unsigned char *key, unsigned int size) {
    (void)s, (void)hint;
    if (options->key_length > size || snprintf(identity, identity_size, "%s", options->identity) >= (int)identity_size)
        return 0;
    memcpy(key, options->key, options->key_length);
    return (unsigned int)options->key_length;
}

static unsigned int server_psk(SSL *s, const char *identity, unsigned char *key, unsigned int size) {
    (void)s;
    if (options->key_length > size || strcmp(identity, options->identity) != 0)
        return 0;
    memcpy(key, options->key, options->key_length);
    return (unsigned int)options->key_length;
}

/* The cookie binds to nothing more than the port: enough where the other end is a test. */
static int make_cookie(SSL *s, unsigned char *cookie, unsigned int *length) {
    (void)s;
    memset(cookie, 0xC0, 16);
    memcpy(cookie, &peer_address.sin_port, 2);
    *length = 16;
    return 1;
}

static int check_cookie(SSL *s, const unsigned char *cookie, unsigned int length) {
    unsigned char expected[16];
    unsigned int expected_length;
    make_cookie(s, expected, &expected_length);
    return length == expected_length && memcmp(cookie, expected, length) == 0;
}

const char *library_version(void) { return OpenSSL_version(OPENSSL_VERSION_STRING); }

void library_init(const struct peer_options *given) {
    const char *suite = strcmp(given->suite, "ccm8") == 0  ? "PSK-AES128-CCM8"
                        : strcmp(given->suite, "ccm") == 0 ? "PSK-AES128-CCM"
                        : strcmp(given->suite, "gcm") == 0 ? "PSK-AES128-GCM-SHA256"
                                                           : "PSK-AES128-CBC-SHA256";
    options = given;
    context = SSL_CTX_new(options->server ? DTLS_server_method() : DTLS_client_method());
    SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION);
    SSL_CTX_set_security_level(context, 0);
    if (SSL_CTX_set_cipher_list(context, suite) != 1)
        die("suite");
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU | (options->cookie ? SSL_OP_COOKIE_EXCHANGE : 0) |
                                     (options->ems ? 0 : SSL_OP_NO_EXTENDED_MASTER_SECRET) | (options->etm ? 0 : SSL_OP_NO_ENCRYPT_THEN_MAC));
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_BOTH);
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"peer", 4);
    SSL_CTX_set_psk_client_callback(context, client_psk);
    SSL_CTX_set_psk_server_callback(context, server_psk);
    SSL_CTX_set_cookie_generate_cb(context, make_cookie);
    SSL_CTX_set_cookie_verify_cb(context, check_cookie);
    method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "peer");
    BIO_meth_set_write(method, bio_write);
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_ctrl(method, bio_ctrl);
}

void library_open(int resume) {
    BIO *bio = BIO_new(method);
    BIO_set_init(bio, 1);
    ssl = SSL_new(context);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_mtu(ssl, 1400);
    if (options->server)
        SSL_set_accept_state(ssl);
    else
        SSL_set_connect_state(ssl);
    if (resume && SSL_set_session(ssl, session) != 1)
        die("no session");
    connected = 0;
}

enum peer_event library_step(unsigned char *data, size_t *length) {
    struct timeval left;
    int result;
    unsigned long error;
    if (DTLSv1_get_timeout(ssl, &left) && left.tv_sec == 0 && left.tv_usec < 1000)
        DTLSv1_handle_timeout(ssl);
    ERR_clear_error();
    result = connected ? SSL_read(ssl, data, (int)*length) : SSL_do_handshake(ssl);
    if (result > 0 && connected) {
        *length = (size_t)result;
        return PEER_DATA;
    }
    if (result > 0) {
        connected = 1;
        if (!options->server) {
            SSL_SESSION_free(session);
            session = SSL_get1_session(ssl);
        }
        return PEER_CONNECTED;
    }
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        return PEER_WAIT;
    case SSL_ERROR_ZERO_RETURN:
        return PEER_CLOSED;
    }
    error = ERR_peek_last_error();
    if (ERR_GET_REASON(error) > SSL_AD_REASON_OFFSET)
        snprintf(peer_reason, sizeof peer_reason, "alert %d", ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET);
    else
        snprintf(peer_reason, sizeof peer_reason, "%s", ERR_reason_error_string(error));
    return PEER_FAILED;
}

int library_timeout(void) {
    struct timeval left;
    return DTLSv1_get_timeout(ssl, &left) ? (int)(left.tv_sec * 1000 + left.tv_usec / 1000) + 1 : -1;
}

int library_resumed(void) { return SSL_session_reused(ssl); }

int library_send(const unsigned char *data, size_t length) { return SSL_write(ssl, data, (int)length) == (int)length; }

void library_close(void) {
    if (connected)
        SSL_shutdown(ssl);
}

void library_free(void) { SSL_free(ssl); }
