/*
 * OpenSSL's side of the benchmark. Each line on standard input asks for one slice of so many seconds; each is answered with
 * "count processor-nanoseconds wall-nanoseconds".
 *
 *   openssl handshakes [cookie]   both ends in this thread, through memory BIOs; a new SSL per handshake and end
 *   openssl records               64 bytes each way in one association; every record is sealed and opened
 *   openssl client PORT           handshake, one CoAP GET and close_notify against a server on loopback, a new socket each time
 *
 * No session ids or tickets, extended master secret and renegotiation_info on, one suite: as the other sides have it.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define IDENTITY "867725031234567"
#define KEY "secretPSKsecret1"
#define MTU 1280
#define COOKIE_LENGTH 16

static unsigned char cookie_secret[32];
static SSL_CTX *client_context, *server_context;

static void die(const char *what) {
    fprintf(stderr, "openssl: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static unsigned int client_psk(SSL *ssl, const char *hint, char *identity, unsigned int identity_size, unsigned char *key, unsigned int size) {
    (void)ssl, (void)hint, (void)size;
    snprintf(identity, identity_size, "%s", IDENTITY);
    memcpy(key, KEY, strlen(KEY));
    return (unsigned int)strlen(KEY);
}

static unsigned int server_psk(SSL *ssl, const char *identity, unsigned char *key, unsigned int size) {
    (void)ssl, (void)size;
    if (strcmp(identity, IDENTITY) != 0)
        return 0;
    memcpy(key, KEY, strlen(KEY));
    return (unsigned int)strlen(KEY);
}

/* An HMAC over an address, as a server on a socket makes it. */
static int make_cookie(SSL *ssl, unsigned char *cookie, unsigned int *length) {
    static const unsigned char address[18];
    unsigned char hash[32];
    unsigned int hash_length;
    (void)ssl;
    HMAC(EVP_sha256(), cookie_secret, sizeof cookie_secret, address, sizeof address, hash, &hash_length);
    memcpy(cookie, hash, COOKIE_LENGTH);
    *length = COOKIE_LENGTH;
    return 1;
}

static int check_cookie(SSL *ssl, const unsigned char *cookie, unsigned int length) {
    unsigned char expected[COOKIE_LENGTH];
    unsigned int expected_length;
    make_cookie(ssl, expected, &expected_length);
    return length == expected_length && CRYPTO_memcmp(cookie, expected, length) == 0;
}

static SSL_CTX *make_context(const SSL_METHOD *method) {
    SSL_CTX *context = SSL_CTX_new(method);
    if (!context || SSL_CTX_set_cipher_list(context, "PSK-AES128-CCM8:@SECLEVEL=0") != 1)
        die("context");
    SSL_CTX_set_min_proto_version(context, DTLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(context, DTLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_QUERY_MTU);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_psk_client_callback(context, client_psk);
    SSL_CTX_set_psk_server_callback(context, server_psk);
    SSL_CTX_set_cookie_generate_cb(context, make_cookie);
    SSL_CTX_set_cookie_verify_cb(context, check_cookie);
    return context;
}

static BIO *memory(void) {
    BIO *bio = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(bio, -1);
    return bio;
}

static void shake_hands(SSL **client, SSL **server) {
    BIO *to_server = memory(), *to_client = memory();
    int client_done = 0, server_done = 0;
    *client = SSL_new(client_context);
    *server = SSL_new(server_context);
    BIO_up_ref(to_server);
    BIO_up_ref(to_client);
    SSL_set_bio(*client, to_client, to_server);
    SSL_set_bio(*server, to_server, to_client);
    SSL_set_mtu(*client, MTU);
    SSL_set_mtu(*server, MTU);
    SSL_set_connect_state(*client);
    SSL_set_accept_state(*server);
    for (int turns = 0; !client_done || !server_done; turns++) {
        if (!client_done)
            client_done = SSL_do_handshake(*client) == 1;
        if (!server_done)
            server_done = SSL_do_handshake(*server) == 1;
        if (turns > 20)
            die("the handshake does not end");
    }
}

static void handshake(void) {
    SSL *client, *server;
    shake_hands(&client, &server);
    SSL_free(client);
    SSL_free(server);
}

static SSL *record_client, *record_server;

static void pass(SSL *from, SSL *to) {
    static unsigned char data[64];
    unsigned char received[128];
    if (SSL_write(from, data, sizeof data) != sizeof data || SSL_read(to, received, sizeof received) != sizeof data)
        die("record");
}

static void exchange(void) {
    pass(record_client, record_server);
    pass(record_server, record_client);
}

static struct sockaddr_in target;

/* Blocks until a datagram is there, as a small client does; a lost one ends the run. */
static void await(int fd) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    if (poll(&wait, 1, 5000) != 1)
        die("the server is silent");
}

static void visit(void) {
    static const unsigned char get[] = {0x40, 0x01, 0x12, 0x34};
    unsigned char answer[1500];
    int fd = socket(AF_INET, SOCK_DGRAM, 0), result;
    if (fd < 0 || connect(fd, (struct sockaddr *)&target, sizeof target) != 0)
        die("socket");
    BIO *bio = BIO_new_dgram(fd, BIO_NOCLOSE);
    BIO_ctrl(bio, BIO_CTRL_DGRAM_SET_CONNECTED, 0, &target);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    SSL *ssl = SSL_new(client_context);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_mtu(ssl, MTU);
    SSL_set_connect_state(ssl);
    while ((result = SSL_do_handshake(ssl)) != 1) {
        if (SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ)
            die("handshake");
        await(fd);
    }
    if (SSL_write(ssl, get, sizeof get) != sizeof get)
        die("GET");
    while ((result = SSL_read(ssl, answer, sizeof answer)) <= 0) {
        if (SSL_get_error(ssl, result) != SSL_ERROR_WANT_READ)
            die("answer");
        await(fd);
    }
    if (result < 4 || answer[1] != 0x45)
        die("not 2.05 Content");
    SSL_shutdown(ssl);
    SSL_free(ssl);
    close(fd);
}

static long long nanoseconds(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void run(void (*step)(void), int per_step) {
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        long long length = (long long)(atof(line) * 1e9), count = 0, wall = nanoseconds(CLOCK_MONOTONIC), processor = nanoseconds(CLOCK_PROCESS_CPUTIME_ID), passed;
        do {
            for (int i = 0; i < 16; i++)
                step();
            count += 16 * per_step;
            passed = nanoseconds(CLOCK_MONOTONIC) - wall;
        } while (passed < length);
        printf("%lld %lld %lld\n", count, nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - processor, passed);
        fflush(stdout);
    }
}

int main(int count, char **arguments) {
    const char *mode = count > 1 ? arguments[1] : "";
    const char *detail = count > 2 ? arguments[2] : "";
    RAND_bytes(cookie_secret, sizeof cookie_secret);
    client_context = make_context(DTLS_client_method());
    server_context = make_context(DTLS_server_method());
    if (strcmp(detail, "cookie") == 0)
        SSL_CTX_set_options(server_context, SSL_OP_COOKIE_EXCHANGE);
    if (strcmp(mode, "version") == 0)
        puts(OpenSSL_version(OPENSSL_VERSION_STRING));
    else if (strcmp(mode, "handshakes") == 0)
        run(handshake, 1);
    else if (strcmp(mode, "records") == 0) {
        shake_hands(&record_client, &record_server);
        run(exchange, 2);
    } else if (strcmp(mode, "client") == 0) {
        target.sin_family = AF_INET;
        target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        target.sin_port = htons((unsigned short)atoi(detail));
        run(visit, 1);
    } else
        die("handshakes [cookie] | records | client PORT | version");
    return 0;
}
