#include "peer.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>
#include <mbedtls/ssl_cookie.h>
#include <mbedtls/version.h>
#include <stdio.h>
#include <string.h>

static const struct peer_options *options;
static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context random_source;
static mbedtls_ssl_config config;
static mbedtls_ssl_cookie_ctx cookies;
static mbedtls_ssl_cache_context cache;
static mbedtls_ssl_context ssl;
static mbedtls_ssl_session session;
static int suites[2];
static int connected, has_session, resumed;
static long long intermediate, final; /* times of the timer, 0 for none */

static void set_timer(void *p, uint32_t first, uint32_t second) {
    (void)p;
    intermediate = second == 0 ? 0 : now_ms() + first;
    final = second == 0 ? 0 : now_ms() + second;
}

static int get_timer(void *p) {
    (void)p;
    return final == 0 ? -1 : now_ms() >= final ? 2 : now_ms() >= intermediate ? 1 : 0;
}

static int send_datagram(void *p, const unsigned char *data, size_t length) {
    (void)p;
    net_send(data, length);
    return (int)length;
}

static int receive_datagram(void *p, unsigned char *data, size_t size) {
    int n = net_receive(data, size);
    (void)p;
    return n < 0 ? MBEDTLS_ERR_SSL_WANT_READ : n;
}

/* The cache tells whether a session was found in it. */
static int get_cached(void *p, mbedtls_ssl_session *wanted) {
    int result = mbedtls_ssl_cache_get(p, wanted);
    resumed = result == 0;
    return result;
}

const char *library_version(void) {
    static char text[20];
    mbedtls_version_get_string(text);
    return text;
}

void library_init(const struct peer_options *given) {
    options = given;
    suites[0] = strcmp(given->suite, "ccm8") == 0  ? MBEDTLS_TLS_PSK_WITH_AES_128_CCM_8
                : strcmp(given->suite, "ccm") == 0 ? MBEDTLS_TLS_PSK_WITH_AES_128_CCM
                : strcmp(given->suite, "gcm") == 0 ? MBEDTLS_TLS_PSK_WITH_AES_128_GCM_SHA256
                                                   : MBEDTLS_TLS_PSK_WITH_AES_128_CBC_SHA256;
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random_source);
    mbedtls_ssl_config_init(&config);
    mbedtls_ssl_cookie_init(&cookies);
    mbedtls_ssl_cache_init(&cache);
    mbedtls_ssl_session_init(&session);
    if (mbedtls_ctr_drbg_seed(&random_source, mbedtls_entropy_func, &entropy, NULL, 0) != 0)
        die("seed");
    mbedtls_ssl_config_defaults(&config, options->server ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_DATAGRAM,
                                MBEDTLS_SSL_PRESET_DEFAULT);
    mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random_source);
    mbedtls_ssl_conf_min_version(&config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
    mbedtls_ssl_conf_ciphersuites(&config, suites);
    mbedtls_ssl_conf_psk(&config, options->key, options->key_length, (const unsigned char *)options->identity, strlen(options->identity));
    mbedtls_ssl_conf_extended_master_secret(&config, options->ems);
    mbedtls_ssl_conf_encrypt_then_mac(&config, options->etm);
    if (options->server) {
        mbedtls_ssl_cookie_setup(&cookies, mbedtls_ctr_drbg_random, &random_source);
        if (options->cookie)
            mbedtls_ssl_conf_dtls_cookies(&config, mbedtls_ssl_cookie_write, mbedtls_ssl_cookie_check, &cookies);
        else
            mbedtls_ssl_conf_dtls_cookies(&config, NULL, NULL, NULL);
        mbedtls_ssl_conf_session_cache(&config, &cache, get_cached, mbedtls_ssl_cache_set);
    } else {
        mbedtls_ssl_conf_session_tickets(&config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
    }
}

void library_open(int resume) {
    mbedtls_ssl_init(&ssl);
    if (mbedtls_ssl_setup(&ssl, &config) != 0)
        die("setup");
    if (options->server)
        mbedtls_ssl_set_client_transport_id(&ssl, (const unsigned char *)&peer_address, sizeof peer_address);
    mbedtls_ssl_set_bio(&ssl, NULL, send_datagram, receive_datagram, NULL);
    mbedtls_ssl_set_timer_cb(&ssl, NULL, set_timer, get_timer);
    if (resume && (!has_session || mbedtls_ssl_set_session(&ssl, &session) != 0))
        die("no session");
    connected = resumed = 0;
}

enum peer_event library_step(unsigned char *data, size_t *length) {
    int result;
    /* The cookie is for the address that the next datagram came from. */
    if (options->server && !connected && net_pending())
        mbedtls_ssl_set_client_transport_id(&ssl, (const unsigned char *)&peer_address, sizeof peer_address);
    result = connected ? mbedtls_ssl_read(&ssl, data, *length) : mbedtls_ssl_handshake(&ssl);
    if (result > 0) {
        *length = (size_t)result;
        return PEER_DATA;
    }
    if (result == 0 && !connected) {
        connected = 1;
        if (!options->server) {
            unsigned char old[32];
            size_t old_length = session.id_len;
            memcpy(old, session.id, sizeof old);
            mbedtls_ssl_session_free(&session);
            mbedtls_ssl_session_init(&session);
            mbedtls_ssl_get_session(&ssl, &session);
            /* A client is resumed when the server took the id that it offered. */
            resumed = has_session && session.id_len > 0 && session.id_len == old_length && memcmp(session.id, old, old_length) == 0;
            has_session = 1;
        }
        return PEER_CONNECTED;
    }
    switch (result) {
    case MBEDTLS_ERR_SSL_WANT_READ:
    case MBEDTLS_ERR_SSL_WANT_WRITE:
        return PEER_WAIT;
    case MBEDTLS_ERR_SSL_HELLO_VERIFY_REQUIRED:
        mbedtls_ssl_session_reset(&ssl);
        return library_step(data, length);
    case 0:
    case MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY:
        return PEER_CLOSED;
    case MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE:
        snprintf(peer_reason, sizeof peer_reason, "alert %d", ssl.in_msg[1]);
        return PEER_FAILED;
    }
    mbedtls_strerror(result, peer_reason, sizeof peer_reason);
    return PEER_FAILED;
}

int library_timeout(void) { return final == 0 ? -1 : now_ms() >= final ? 0 : (int)(final - now_ms()); }

int library_resumed(void) { return resumed; }

int library_send(const unsigned char *data, size_t length) { return mbedtls_ssl_write(&ssl, data, length) == (int)length; }

void library_close(void) {
    if (connected)
        mbedtls_ssl_close_notify(&ssl);
}

void library_free(void) {
    mbedtls_ssl_free(&ssl);
    final = 0;
}
