/* A driver on the line that M531X_LINE names: register, fail, hang or fork. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static char seen[8192];

/* 1 when the text has come, 0 when an error or nothing more has. */
static int wait_for(int fd, const char *text)
{
    size_t n = 0;
    while (n + 1 < sizeof seen) {
        ssize_t got = read(fd, seen + n, sizeof seen - 1 - n);
        if (got <= 0)
            return 0;
        n += (size_t)got;
        seen[n] = 0;
        if (strstr(seen, text))
            return 1;
        if (strstr(seen, "ERROR") && strchr(strstr(seen, "ERROR"), '\n'))
            return 0;
    }
    return 0;
}

static int say(int fd, const char *line, const char *answer)
{
    dprintf(fd, "%s\r", line);
    memset(seen, 0, sizeof seen);
    return wait_for(fd, answer);
}

int main(int count, char **arguments)
{
    const char *what = count > 1 ? arguments[1] : "";
    int fd = open(getenv("M531X_LINE"), O_RDWR | O_NOCTTY);
    struct termios mode;
    if (fd < 0 || tcgetattr(fd, &mode))
        return 2;
    cfmakeraw(&mode);
    tcsetattr(fd, TCSANOW, &mode);
    /* The power-on lines end with an OK of their own. */
    if (!wait_for(fd, "\nOK\r\n") || !say(fd, "AT", "OK"))
        return 3;
    if (!strcmp(what, "register")) {
        if (!say(fd, "AT+MIPLCREATE", "+MIPLCREATE:0") || !say(fd, "AT+MIPLADDOBJ=0,3200,1,\"1\",0,1", "OK") || !say(fd, "AT+MIPLOPEN=0,3000,30", "+MIPLEVENT:0,6"))
            return 4;
        puts("registered");
        return 0;
    }
    if (!strcmp(what, "fail")) {
        if (!say(fd, "AT+MIPLOPEN=0,3000,30", "OK")) {
            char *line = strstr(seen, "+CIS");
            printf("%.*s\n", line ? (int)strcspn(line, "\r") : 0, line ? line : "");
            return 5;
        }
        return 4;
    }
    if (!strcmp(what, "fork")) {
        int ready[2];
        char byte;
        if (pipe(ready))
            return 7;
        pid_t child = fork();
        if (child == 0) {
            setsid();
            if (write(ready[1], "x", 1) != 1)
                return 7;
            for (;;)
                pause();
        }
        if (read(ready[0], &byte, 1) != 1)
            return 7;
        printf("%d\n", (int)child);
        return 6;
    }
    puts("waiting");
    fflush(stdout);
    for (;;)
        pause();
}
