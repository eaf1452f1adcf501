#include "peer.h"

#include <errno.h>
#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct peer_options *options;
static gnutls_session_t session;
static gnutls_psk_server_credentials_t server_credentials;
static gnutls_psk_client_credentials_t client_credentials;
static gnutls_datum_t cookie_key, saved, stored_id, stored_data;
static char priority[200];
static int connected, cookie_passed, found_nothing;

static ssize_t push(gnutls_transport_ptr_t p, const void *data, size_t length) {
    (void)p;
    net_send(data, length);
    return (ssize_t)length;
}

static ssize_t pull(gnutls_transport_ptr_t p, void *data, size_t size) {
    int n = net_receive(data, size);
    (void)p;
    if (n < 0)
        gnutls_transport_set_errno(session, EAGAIN);
    return n;
}

/*
 * The library looks twice when it waits for the last flight, and drops what it found when only the second look finds it: the flight is over for
 * it, but the answer is "again", and no datagram comes any more. So what was not there stays away until the next step.
 */
static int pull_timeout(gnutls_transport_ptr_t p, unsigned int milliseconds) {
    (void)p, (void)milliseconds;
    found_nothing |= !net_pending();
    return !found_nothing;
}

static void copy(gnutls_datum_t *to, const unsigned char *data, size_t length) {
    gnutls_free(to->data);
    to->data = gnutls_malloc(length);
    memcpy(to->data, data, length);
    to->size = (unsigned int)length;
}

static int find_key(gnutls_session_t s, const char *identity, gnutls_datum_t *key) {
    (void)s;
    if (strcmp(identity, options->identity) != 0)
        return -1;
    key->data = NULL;
    copy(key, options->key, options->key_length);
    return 0;
}

/* A cache of one session. */
static int store(void *p, gnutls_datum_t id, gnutls_datum_t data) {
    (void)p;
    copy(&stored_id, id.data, id.size);
    copy(&stored_data, data.data, data.size);
    return 0;
}

static gnutls_datum_t retrieve(void *p, gnutls_datum_t id) {
    gnutls_datum_t found = {NULL, 0};
    (void)p;
    if (stored_data.data != NULL && id.size == stored_id.size && memcmp(id.data, stored_id.data, id.size) == 0)
        copy(&found, stored_data.data, stored_data.size);
    return found;
}

static int forget(void *p, gnutls_datum_t id) {
    (void)p, (void)id;
    stored_data.size = 0;
    gnutls_free(stored_data.data);
    stored_data.data = NULL;
    return 0;
}

const char *library_version(void) { return gnutls_check_version(NULL); }

void library_init(const struct peer_options *given) {
    const char *suite = strcmp(given->suite, "ccm8") == 0  ? "+AES-128-CCM-8:+AEAD"
                        : strcmp(given->suite, "ccm") == 0 ? "+AES-128-CCM:+AEAD"
                        : strcmp(given->suite, "gcm") == 0 ? "+AES-128-GCM:+AEAD"
                                                           : "+AES-128-CBC:+SHA256";
    gnutls_datum_t key = {(unsigned char *)given->key, (unsigned int)given->key_length};
    options = given;
    snprintf(priority, sizeof priority, "NONE:+VERS-DTLS1.2:+PSK:%s:+COMP-NULL:+SIGN-ALL:+GROUP-ALL%s%s", suite,
             options->ems ? "" : ":%NO_SESSION_HASH", options->etm ? "" : ":%NO_ETM");
    gnutls_psk_allocate_server_credentials(&server_credentials);
    gnutls_psk_set_server_credentials_function(server_credentials, find_key);
    gnutls_psk_allocate_client_credentials(&client_credentials);
    gnutls_psk_set_client_credentials(client_credentials, options->identity, &key, GNUTLS_PSK_KEY_RAW);
    gnutls_key_generate(&cookie_key, GNUTLS_COOKIE_KEY_SIZE);
}

void library_open(int resume) {
    gnutls_init(&session, (options->server ? GNUTLS_SERVER : GNUTLS_CLIENT) | GNUTLS_DATAGRAM | GNUTLS_NONBLOCK | GNUTLS_NO_TICKETS);
    if (gnutls_priority_set_direct(session, priority, NULL) != 0)
        die("priority");
    gnutls_credentials_set(session, GNUTLS_CRD_PSK, options->server ? (void *)server_credentials : (void *)client_credentials);
    gnutls_transport_set_push_function(session, push);
    gnutls_transport_set_pull_function(session, pull);
    gnutls_transport_set_pull_timeout_function(session, pull_timeout);
    gnutls_db_set_store_function(session, store);
    gnutls_db_set_retrieve_function(session, retrieve);
    gnutls_db_set_remove_function(session, forget);
    gnutls_dtls_set_mtu(session, 1400);
    if (resume && (saved.data == NULL || gnutls_session_set_data(session, saved.data, saved.size) != 0))
        die("no session");
    connected = 0;
    cookie_passed = !options->server || !options->cookie;
}

/* Looks at datagrams until one returns the cookie; that one goes to the session. */
static int pass_cookie(void) {
    unsigned char datagram[PEER_BUFFER];
    gnutls_dtls_prestate_st state;
    int n;
    while (!cookie_passed) {
        if ((n = net_receive(datagram, sizeof datagram)) < 0)
            return 0;
        memset(&state, 0, sizeof state);
        if (gnutls_dtls_cookie_verify(&cookie_key, &peer_address, sizeof peer_address, datagram, (size_t)n, &state) < 0) {
            gnutls_dtls_cookie_send(&cookie_key, &peer_address, sizeof peer_address, &state, NULL, push);
            continue;
        }
        gnutls_dtls_prestate_set(session, &state);
        net_unread(datagram, (size_t)n);
        cookie_passed = 1;
    }
    return 1;
}

enum peer_event library_step(unsigned char *data, size_t *length) {
    ssize_t result;
    found_nothing = 0;
    if (!pass_cookie())
        return PEER_WAIT;
    result = connected ? gnutls_record_recv(session, data, *length) : gnutls_handshake(session);
    if (result > 0) {
        *length = (size_t)result;
        return PEER_DATA;
    }
    if (result == 0 && connected)
        return PEER_CLOSED;
    if (result == 0) {
        connected = 1;
        if (!options->server) {
            gnutls_free(saved.data);
            gnutls_session_get_data2(session, &saved);
        }
        return PEER_CONNECTED;
    }
    if (result == GNUTLS_E_AGAIN)
        return PEER_WAIT;
    if (!gnutls_error_is_fatal((int)result))
        return net_pending() ? library_step(data, length) : PEER_WAIT;
    if (result == GNUTLS_E_FATAL_ALERT_RECEIVED) {
        snprintf(peer_reason, sizeof peer_reason, "alert %d", (int)gnutls_alert_get(session));
    } else {
        snprintf(peer_reason, sizeof peer_reason, "%s", gnutls_strerror((int)result));
        gnutls_alert_send_appropriate(session, (int)result);
    }
    return PEER_FAILED;
}

/* 1 ms more than told, so that the time is over for certain. */
int library_timeout(void) { return cookie_passed && !connected ? (int)gnutls_dtls_get_timeout(session) + 1 : -1; }

int library_resumed(void) { return gnutls_session_is_resumed(session); }

int library_send(const unsigned char *data, size_t length) { return gnutls_record_send(session, data, length) == (ssize_t)length; }

void library_close(void) {
    if (connected)
        gnutls_bye(session, GNUTLS_SHUT_WR);
}

void library_free(void) { gnutls_deinit(session); }
