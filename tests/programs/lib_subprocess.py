"""Child processes, fork, waiting for descriptors, limits."""
import fcntl
import os
import resource
import select
import selectors
import subprocess
import sys
import threading

print(subprocess.run(["/bin/echo", "hi", "there"], capture_output=True, text=True))
print(subprocess.check_output("cat; echo err >&2", shell=True, input=b"xyz\n", stderr=subprocess.STDOUT))
for command, options in ((["/nonexistent/x"], {}), (["/bin/true"], {"cwd": "/nope"})):
    try:
        subprocess.run(command, **options)
    except FileNotFoundError as error:
        print(repr(error), error.filename)
print(subprocess.run(["/bin/sh", "-c", "exit 3"]).returncode, subprocess.call("kill -9 $$", shell=True))
with subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
    print(process.communicate(b"a" * 100000)[0] == b"a" * 100000)
try:
    subprocess.run(["sleep", "50"], timeout=0.05)
except subprocess.TimeoutExpired as error:
    print(error)
print(subprocess.run(["/bin/echo", "x"], preexec_fn=lambda: os.write(1, b"before\n"), stdout=subprocess.PIPE))
try:
    subprocess.run(["/bin/true"], preexec_fn=lambda: 1 / 0)
except subprocess.SubprocessError as error:
    print(repr(error))
print(subprocess.run(["/usr/bin/env"], env={"A": "b"}, capture_output=True).stdout)

os.register_at_fork(before=lambda: print("before", flush=True), after_in_child=lambda: print("child", flush=True))
process = os.fork()
if process == 0:
    print(threading.active_count(), threading.current_thread().name, flush=True)
    sys.exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))

reader, writer = os.pipe()
print(select.select([reader], [writer], [], 1) == ([], [writer], []), select.select([reader], [], [], 0))
os.write(writer, b"x")
poll = select.poll()
poll.register(reader, select.POLLIN)
print(poll.poll(1000) == [(reader, select.POLLIN)])
with select.epoll() as epoll:
    epoll.register(reader, select.EPOLLIN)
    print(epoll.poll(1) == [(reader, select.EPOLLIN)], epoll.closed)
with selectors.DefaultSelector() as selector:
    selector.register(reader, selectors.EVENT_READ, "data")
    print([(key.data, events) for key, events in selector.select(1)])
print(fcntl.fcntl(reader, fcntl.F_GETFD) == fcntl.FD_CLOEXEC, fcntl.fcntl(writer, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY)
process = os.posix_spawn("/bin/sh", ["sh", "-c", "exit 5"], os.environ)
number, status, usage = os.wait4(process, 0)
print(number == process, os.waitstatus_to_exitcode(status), isinstance(usage, resource.struct_rusage))
for call in (
    lambda: os.sysconf("SC_NOTHING"), lambda: resource.getrlimit(99), lambda: select.select([-1], [], []),
    lambda: poll.unregister(1), lambda: os.posix_spawn("/bin/true", [], {}), lambda: os.register_at_fork(),
):  # fmt: skip
    try:
        print(call())
    except (ValueError, KeyError, TypeError) as error:
        print(type(error).__name__, error)
