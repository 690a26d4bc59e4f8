"""Threads, locks, queues, thread-local data, pools, and signals that interrupt waiting."""
import _thread
import concurrent.futures
import queue
import signal
import threading
import time

jobs, squares = queue.Queue(), []


def work():
    while (number := jobs.get()) is not None:
        squares.append(number * number)
        jobs.task_done()


workers = [threading.Thread(target=work) for _ in range(4)]
for worker in workers:
    worker.start()
for number in range(500):
    jobs.put(number)
jobs.join()
for _ in workers:
    jobs.put(None)
for worker in workers:
    worker.join()
print(len(squares), sum(squares), [worker.is_alive() for worker in workers])

with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(lambda n: sum(range(n)), range(300))))
    failing = pool.submit(lambda: 1 // 0)
    print(repr(failing.exception()))

total, lock = 0, threading.Lock()


def count():
    global total
    for _ in range(5000):
        with lock:
            total += 1


counters = [threading.Thread(target=count) for _ in range(4)]
for counter in counters:
    counter.start()
for counter in counters:
    counter.join()
print(total)

condition, state = threading.Condition(), []


def waiter():
    with condition:
        condition.wait_for(lambda: state)
        state.append("seen")


thread = threading.Thread(target=waiter)
thread.start()
with condition:
    state.append("set")
    condition.notify_all()
thread.join()
print(state)

barrier, places = threading.Barrier(3), []
parties = [threading.Thread(target=lambda: places.append(barrier.wait())) for _ in range(3)]
for party in parties:
    party.start()
for party in parties:
    party.join()
print(sorted(places))


class Local(threading.local):
    made = []

    def __init__(self, start):
        self.value = start
        Local.made.append(start)


local, seen = Local(7), []
local.value = 8


def look():
    seen.append((local.value, hasattr(local, "other")))
    local.value = 9


local.other = 1
thread = threading.Thread(target=look)
thread.start()
thread.join()
print(local.value, seen, Local.made, sorted(local.__dict__))

again = threading.RLock()
with again, again:
    print(again._is_owned(), again._recursion_count())
for call in (again.release, lock.release, lambda: lock.acquire(False, 1), lambda: lock.acquire(True, -2)):
    try:
        call()
    except (RuntimeError, ValueError) as error:
        print(type(error).__name__, error)
print(lock.acquire(timeout=0.01), lock.acquire(timeout=0.01), lock.locked())

handle = _thread.start_joinable_thread(lambda: None, daemon=False)
handle.join()
print(handle.is_done(), _thread._count())

simple = queue.SimpleQueue()
threading.Timer(0.01, simple.put, ("later",)).start()
print(simple.get(timeout=10), simple.empty())
try:
    simple.get(timeout=0.01)
except queue.Empty as error:
    print(repr(error))


def interrupt(*_):
    raise InterruptedError("alarm in " + threading.current_thread().name)


signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    lock.acquire()
except InterruptedError as error:
    print(error)
daemon = threading.Thread(target=time.sleep, args=(1000,), daemon=True)
daemon.start()
print(threading.active_count(), threading.enumerate()[0].name)
