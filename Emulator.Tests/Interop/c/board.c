/* An MCU's program on a serial port: registers at OneNET, reports a value, answers a read, and leaves.
 * Usage: board DEVICE BAUD. Prints one line per step; exits with 1 at the first thing that is not as it should be. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int port;
static long baud;
static long received; /* bytes since the first command */
static double begun;  /* when that was */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what, const char *detail)
{
    printf("FAILED: %s %s\n", what, detail);
    exit(1);
}

static void open_port(const char *path)
{
    struct termios mode;
    port = open(path, O_RDWR | O_NOCTTY);
    if (port < 0 || tcgetattr(port, &mode) != 0)
        fail("cannot open", path);
    cfmakeraw(&mode);
    mode.c_cflag |= CLOCAL | CREAD;
    cfsetspeed(&mode, baud == 115200 ? B115200 : B9600);
    if (tcsetattr(port, TCSANOW, &mode) != 0)
        fail("cannot set", path);
}

/* The next line that is not empty, without its CR LF. */
static const char *next_line(void)
{
    static char line[2048];
    size_t length = 0;
    for (;;) {
        struct pollfd readable = { port, POLLIN, 0 };
        char c;
        if (poll(&readable, 1, 30000) != 1 || read(port, &c, 1) != 1)
            fail("no line within 30 s;", "the module is silent");
        received++;
        if (c == '\n' && length > 0) {
            line[length] = 0;
            return line;
        }
        if (c != '\r' && c != '\n' && length < sizeof line - 1)
            line[length++] = c;
    }
}

static void send_line(const char *command)
{
    if (write(port, command, strlen(command)) < 0 || write(port, "\r", 1) != 1)
        fail("cannot write", command);
}

static const char *await(const char *start)
{
    const char *line;
    do
        line = next_line();
    while (strncmp(line, start, strlen(start)) != 0);
    return line;
}

/* Expects OK; so far no more can have come than the line carries, ten bits a byte. */
static void command(const char *text)
{
    const char *line;
    send_line(text);
    do {
        line = next_line();
        if (strstr(line, "ERROR"))
            fail(text, line);
    } while (strcmp(line, "OK") != 0);
    if (now() - begun < received * 10.0 / baud)
        fail("too fast for the line:", text);
    printf("%s\n", text);
}

int main(int count, char **arguments)
{
    char answer[128];
    const char *line;
    long message;
    if (count != 3)
        fail("usage:", "board DEVICE BAUD");
    baud = atol(arguments[2]);
    open_port(arguments[1]);
    await("OK"); /* the last of the power-on lines */
    received = 0;
    begun = now();
    command("AT");
    command("ATI");
    command("AT+MIPLCREATE");
    command("AT+MIPLADDOBJ=0,3200,1,\"1\",0,1");
    command("AT+MIPLDISCOVERRSP=0,3200,1,9,\"5750;5500\"");
    command("AT+MIPLOPEN=0,3000,30");
    await("+MIPLEVENT:0,6");
    command("AT+MIPLNOTIFY=0,0,3200,0,5750,1,5,\"board\",0,0,42");
    await("+MIPLEVENT:0,26,42");
    printf("READY\n");
    fflush(stdout);
    do /* OneNET reads /3/0 by itself, which the module answers */
        line = await("+MIPLREAD:0,");
    while (sscanf(line, "+MIPLREAD:0,%ld,3200,0,5750", &message) != 1 || strstr(line, ",3200,0,5750") == NULL);
    sprintf(answer, "AT+MIPLREADRSP=0,%ld,1,3200,0,5750,1,5,\"hello\",0,0", message);
    command(answer);
    command("AT+MIPLCLOSE=0");
    await("+MIPLEVENT:0,15");
    printf("DONE\n");
    return 0;
}
