"""Sockets, socketserver over them, and an event loop."""
import asyncio
import socket
import threading

server = socket.create_server(("127.0.0.1", 0))


def serve():
    connection, address = server.accept()
    with connection:
        while data := connection.recv(1000):
            connection.sendall(data.upper())


thread = threading.Thread(target=serve)
thread.start()
with socket.create_connection(server.getsockname()) as client:
    client.sendall(b"hello")
    print(client.recv(100), client.getpeername() == server.getsockname())
    client.settimeout(0.02)
    try:
        client.recv(1)
    except TimeoutError as error:
        print(repr(error))
    with client.makefile("rwb") as stream:
        stream.write(b"line\n")
        stream.flush()
        print(stream.readline())
thread.join()
server.close()

left, right = socket.socketpair()
left.send(b"x")
print(right.recv(5), left.family.name, left.type.name)
room = bytearray(6)
left.send(b"yz")
print(right.recv_into(room), room)
socket.send_fds(left, [b"with descriptors"], [0, 1])
data, descriptors, flags, address = socket.recv_fds(right, 100, 5)
print(data, len(descriptors))
left.close()
print(right.recv(5), repr(left)[:23], left.fileno())

receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
    sender.sendto(b"datagram", receiver.getsockname())
print(receiver.recvfrom(100)[0], receiver.recvfrom.__name__)
receiver.close()

tcp = socket.socket()
for call in (
    lambda: tcp.connect(5), lambda: tcp.connect(("a",)), lambda: tcp.connect(("127.0.0.1", 99999)), lambda: tcp.recv(-1),
    lambda: tcp.settimeout(-1), lambda: tcp.sendto(b""), lambda: socket.inet_aton("x"), lambda: socket.htons(70000),
    lambda: socket.inet_ntop(2, b"a"), lambda: socket.socket(99, 1), lambda: receiver.recv(1), lambda: socket.getservbyname("nope"),
):  # fmt: skip
    try:
        print(call())
    except (OSError, TypeError, ValueError, OverflowError) as error:
        print(type(error).__name__, error)
tcp.close()
print(socket.inet_ntoa(b"\x7f\0\0\1"), socket.inet_pton(socket.AF_INET6, "::1")[-1], socket.ntohl(socket.htonl(5)))


async def main():
    print(await asyncio.gather(*(asyncio.sleep(0.001 * n, n) for n in range(4))))
    try:
        await asyncio.wait_for(asyncio.sleep(50), 0.02)
    except TimeoutError as error:
        print(repr(error))
    print(await asyncio.to_thread(lambda: threading.current_thread() is threading.main_thread()))
    async with asyncio.TaskGroup() as group:
        task = group.create_task(asyncio.sleep(0, "done"))
    items = asyncio.Queue()
    asyncio.get_running_loop().call_later(0.01, items.put_nowait, "item")
    print(task.result(), await items.get())


asyncio.run(main())
