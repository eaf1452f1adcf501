/*
 * Usage: peer client|server PORT KEY-HEX IDENTITY SUITE [noems] [noetm] [nocookie]
 * PORT is the server's; a server given 0 takes a free one. One association at a time.
 * Reads:  open | resume (client), send HEX, close, quit; the end of input is quit.
 * Writes: ready VERSION PORT; connected full|resumed; data HEX; closed (close_notify came); failed REASON; sent and refused answer send.
 */
#include "peer.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

char peer_reason[200];
struct sockaddr_in peer_address;

static int udp;
static int is_server, is_open, is_connected, has_begun;
static unsigned char unread[PEER_BUFFER];
static size_t unread_length;

void die(const char *why) {
    printf("died %s\n", why);
    exit(1);
}

long long now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

int net_receive(unsigned char *buffer, size_t size) {
    struct sockaddr_in from;
    socklen_t from_length = sizeof from;
    if (unread_length > 0) {
        size_t n = unread_length < size ? unread_length : size;
        memcpy(buffer, unread, n);
        unread_length = 0;
        return (int)n;
    }
    for (;;) {
        ssize_t n = recvfrom(udp, buffer, size, MSG_DONTWAIT, (struct sockaddr *)&from, &from_length);
        if (n < 0)
            return -1;
        /* A server without an association listens to whoever comes. */
        if (is_server && !is_connected)
            peer_address = from;
        if (from.sin_port != peer_address.sin_port || n < 13)
            continue;
        /* What is not of epoch 0 belongs to the association before. */
        if (!has_begun && (buffer[3] != 0 || buffer[4] != 0))
            continue;
        has_begun = 1;
        return (int)n;
    }
}

int net_pending(void) {
    struct sockaddr_in from;
    socklen_t from_length = sizeof from;
    char first;
    if (unread_length > 0)
        return 1;
    if (recvfrom(udp, &first, 1, MSG_DONTWAIT | MSG_PEEK, (struct sockaddr *)&from, &from_length) < 0)
        return 0;
    if (is_server && !is_connected)
        peer_address = from;
    return 1;
}

void net_unread(const unsigned char *datagram, size_t length) {
    memcpy(unread, datagram, length);
    unread_length = length;
}

void net_send(const void *datagram, size_t length) {
    /* A datagram that cannot leave is a lost one. */
    (void)!sendto(udp, datagram, length, 0, (struct sockaddr *)&peer_address, sizeof peer_address);
}

static size_t from_hex(const char *text, unsigned char *bytes, size_t size) {
    size_t n = 0;
    unsigned int value;
    while (n < size && sscanf(text + 2 * n, "%2x", &value) == 1)
        bytes[n++] = (unsigned char)value;
    return n;
}

static void open_association(int resume) {
    if (is_open)
        library_free();
    is_connected = has_begun = 0;
    is_open = 1;
    library_open(resume);
}

static void end_association(void) {
    library_free();
    is_open = is_connected = 0;
    if (is_server)
        open_association(0);
}

static void step(void) {
    static unsigned char data[PEER_BUFFER];
    while (is_open) {
        size_t length = sizeof data;
        switch (library_step(data, &length)) {
        case PEER_WAIT:
            return;
        case PEER_CONNECTED:
            is_connected = 1;
            printf("connected %s\n", library_resumed() ? "resumed" : "full");
            break;
        case PEER_DATA:
            printf("data ");
            for (size_t i = 0; i < length; i++)
                printf("%02X", data[i]);
            printf("\n");
            break;
        case PEER_CLOSED:
            printf("closed\n");
            library_close();
            end_association();
            break;
        case PEER_FAILED:
            printf("failed %s\n", peer_reason);
            end_association();
            break;
        }
    }
}

static void command(char *line) {
    static unsigned char data[PEER_BUFFER];
    if (strcmp(line, "open") == 0) {
        open_association(0);
    } else if (strcmp(line, "resume") == 0) {
        open_association(1);
    } else if (strncmp(line, "send ", 5) == 0) {
        size_t length = from_hex(line + 5, data, sizeof data);
        printf(is_connected && library_send(data, length) ? "sent\n" : "refused\n");
    } else if (strcmp(line, "close") == 0) {
        if (is_open) {
            library_close();
            end_association();
        }
    } else if (strcmp(line, "quit") == 0) {
        printf("bye\n");
        exit(0);
    }
}

/* Reads what standard input has and obeys whole lines. */
static void read_commands(void) {
    static char text[3 * PEER_BUFFER];
    static size_t length;
    char *end;
    ssize_t n = read(0, text + length, sizeof text - length - 1);
    if (n <= 0)
        exit(0);
    length += (size_t)n;
    text[length] = 0;
    while ((end = strchr(text, '\n')) != NULL) {
        *end = 0;
        command(text);
        step();
        length -= (size_t)(end + 1 - text);
        memmove(text, end + 1, length + 1);
    }
}

int main(int argc, char **argv) {
    struct peer_options options = {.ems = 1, .etm = 1, .cookie = 1};
    struct sockaddr_in own = {.sin_family = AF_INET};
    socklen_t own_length = sizeof own;
    if (argc < 6)
        die("usage");
    setvbuf(stdout, NULL, _IOLBF, 0);
    is_server = options.server = strcmp(argv[1], "server") == 0;
    options.key_length = from_hex(argv[3], options.key, sizeof options.key);
    options.identity = argv[4];
    options.suite = argv[5];
    for (int i = 6; i < argc; i++) {
        options.ems &= strcmp(argv[i], "noems") != 0;
        options.etm &= strcmp(argv[i], "noetm") != 0;
        options.cookie &= strcmp(argv[i], "nocookie") != 0;
    }

    udp = socket(AF_INET, SOCK_DGRAM, 0);
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    own.sin_port = is_server ? htons((unsigned short)atoi(argv[2])) : 0;
    if (bind(udp, (struct sockaddr *)&own, sizeof own) != 0)
        die("bind");
    getsockname(udp, (struct sockaddr *)&own, &own_length);
    peer_address = own;
    if (!is_server)
        peer_address.sin_port = htons((unsigned short)atoi(argv[2]));

    library_init(&options);
    printf("ready %s %d\n", library_version(), ntohs(own.sin_port));
    if (is_server)
        open_association(0);
    for (;;) {
        struct pollfd p[2] = {{0, POLLIN, 0}, {udp, POLLIN, 0}};
        step();
        /* Without an association datagrams wait in the socket. */
        if (poll(p, is_open ? 2 : 1, is_open ? library_timeout() : -1) > 0 && p[0].revents != 0)
            read_commands();
    }
}
