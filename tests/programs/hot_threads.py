"""Hot loops in several threads at once, sharing a lock, a queue and a dictionary."""

import queue
import threading

lock = threading.Lock()
table = {}
total = 0


def work(number, n):
    global total
    local = 0
    for i in range(n):
        local += i % 7
    with lock:
        total += local
        table[number] = local


threads = [threading.Thread(target=work, args=(k, 5000 + k)) for k in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total, sorted(table.items()))
tasks, results = queue.Queue(), queue.Queue()


def serve():
    while (task := tasks.get()) is not None:
        results.put(sum(x * x for x in range(task)))


servers = [threading.Thread(target=serve, daemon=True) for _ in range(3)]
for server in servers:
    server.start()
for task in range(200):
    tasks.put(task)
for _ in servers:
    tasks.put(None)
for server in servers:
    server.join()
print(sorted(results.get() for _ in range(200))[-3:])
counter = 0


def increment(n):
    global counter
    for _ in range(n):
        with lock:
            counter += 1


threads = [threading.Thread(target=increment, args=(2000,)) for _ in range(3)]
[t.start() for t in threads]
[t.join() for t in threads]
print(counter)
local = threading.local()
seen = []


def keep(value):
    local.value = value
    for _ in range(1000):
        assert local.value == value
    seen.append(local.value)


threads = [threading.Thread(target=keep, args=(k,)) for k in range(4)]
[t.start() for t in threads]
[t.join() for t in threads]
print(sorted(seen), hasattr(local, "value"))
event = threading.Event()


def waiter():
    event.wait()
    seen.append("woken")


t = threading.Thread(target=waiter, name="waiter")
t.start()
event.set()
t.join()
print(seen[-1], t.name, t.is_alive(), threading.current_thread() is threading.main_thread())
