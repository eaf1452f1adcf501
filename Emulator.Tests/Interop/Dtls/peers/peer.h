/* A DTLS 1.2 PSK peer on a loopback UDP port, driven by lines. peer.c has the socket and the lines; one more file has the library. */
#ifndef PEER_H
#define PEER_H

#include <netinet/in.h>
#include <stddef.h>

#define PEER_BUFFER 20000

struct peer_options {
    int server;
    unsigned char key[64];
    size_t key_length;
    const char *identity; /* the client's own, or the only one the server knows */
    const char *suite;    /* ccm8, ccm, gcm or cbc */
    int ems;              /* extended master secret, RFC 7627 */
    int etm;              /* encrypt-then-MAC, RFC 7366 */
    int cookie;           /* the server asks for a cookie, RFC 6347 4.2.1 */
};

enum peer_event { PEER_WAIT, PEER_CONNECTED, PEER_DATA, PEER_CLOSED, PEER_FAILED };

/* What the library's file gives. */
const char *library_version(void);
void library_init(const struct peer_options *options);
void library_open(int resume);
enum peer_event library_step(unsigned char *data, size_t *length); /* goes on until PEER_WAIT; never blocks */
int library_timeout(void);                                        /* milliseconds until the next step, -1 for none */
int library_resumed(void);
int library_send(const unsigned char *data, size_t length); /* 1 when it left */
void library_close(void);                                  /* sends close_notify */
void library_free(void);

/* What peer.c gives. */
extern char peer_reason[200];                                  /* why PEER_FAILED */
extern struct sockaddr_in peer_address;                        /* the other end */
int net_receive(unsigned char *buffer, size_t size);           /* length, or -1 when there is none */
int net_pending(void);                                         /* 1 when there is a datagram; peer_address is where it came from */
void net_unread(const unsigned char *datagram, size_t length); /* the next net_receive gives it again */
void net_send(const void *datagram, size_t length);
long long now_ms(void);
void die(const char *why);

#endif
