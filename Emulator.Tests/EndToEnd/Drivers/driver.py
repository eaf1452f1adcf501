"""A driver on the line that M531X_LINE names: register, fail, hang or fork."""

import os
import signal
import sys

import serial

line = serial.Serial(os.environ["M531X_LINE"], 9600, timeout=20)


def say(command, answer):
    """Sends a command; the line with the answer, or None when an error has come instead."""
    line.write(command.encode() + b"\r")
    return wait_for(answer)


def wait_for(answer):
    while text := line.readline():
        text = text.decode().strip()
        if answer in text:
            return text
        if "ERROR" in text:
            print(text, flush=True)
            return None
    return None


what = sys.argv[1]
# The power-on lines end with an OK of their own.
if not wait_for("OK") or not say("AT", "OK"):
    sys.exit(3)
if what == "register":
    for command, answer in [
        ("AT+MIPLCREATE", "+MIPLCREATE:0"),
        ('AT+MIPLADDOBJ=0,3200,1,"1",0,1', "OK"),
        ("AT+MIPLOPEN=0,3000,30", "+MIPLEVENT:0,6"),
    ]:
        if not say(command, answer):
            sys.exit(4)
    print("registered")
elif what == "fail":
    sys.exit(4 if say("AT+MIPLOPEN=0,3000,30", "OK") else 5)
elif what == "fork":
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.close(1)
        os.write(writer, b"x")
        while True:
            signal.pause()
    os.read(reader, 1)
    print(child, flush=True)
    os._exit(6)
else:
    print("waiting", flush=True)
    while True:
        signal.pause()
