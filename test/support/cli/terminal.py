"""Runs a command in a new terminal, and connects the terminal to its own standard input and output."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios

ROWS, COLUMNS = int(sys.argv[1]), int(sys.argv[2])

child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])

sources = [0, terminal]
while terminal in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b""
        if not data:
            sources.remove(source)
        else:
            os.write(1 if source == terminal else terminal, data)

sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256)
