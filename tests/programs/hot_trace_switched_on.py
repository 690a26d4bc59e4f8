"""sys.settrace and sys.setprofile switched on and off around hot code, and f_lineno seen from the trace."""

import sys


def work(n):
    total = 0
    for i in range(n):
        total += step(i)
    return total


def step(i):
    if i % 2:
        return i
    return -i


for _ in range(20):
    work(300)
events = []


def tracer(frame, event, argument):
    if frame.f_code.co_name in ("work", "step"):
        events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno, argument if event == "return" else None))
        return tracer


sys.settrace(tracer)
result = work(3)
sys.settrace(None)
print(result)
for event in events:
    print(*event)
events.clear()
print(work(2000), len(events))


def profiler(frame, event, argument):
    name = argument.__name__ if event.startswith("c_") else frame.f_code.co_name
    events.append((event, name))


def native(n):
    return [len("x" * i) for i in range(n)]


native(500)
sys.setprofile(profiler)
work(2)
native(1)
sys.setprofile(None)
print([e for e in events if e[1] in ("work", "step", "native", "len")])
print(sys.gettrace(), sys.getprofile())
