"""A trace function set and removed by a hot loop, which has inlined what it calls: events begin and end at once."""

import gc
import sys
gc.collect()  # Callbacks of weak references that imports left would be traced, too.
events = []
def tracer(frame, event, arg):
    events.append((frame.f_code.co_name, event))
    return tracer
def inner(i):
    return i + 1
def outer(n):
    total = 0
    for i in range(n):
        total += inner(i)
        if i % 1000 == 999:
            sys.settrace(tracer if i == 4999 else None)
    return total
print(outer(20000), len(events)); print(events[:8], events[-4:])
print(outer(20000), len(events)); print(events[:8], events[-4:])
