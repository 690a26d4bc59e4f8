"""traceback.format_exc, format_list and extract_tb out of hot loops, with their carets."""

import traceback


def parse(text):
    return int(text)


def sum_all(items):
    total = 0
    for item in items:
        total += parse(item) * items[item]
    return total


def attribute(items):
    for item in items:
        item.missing.attribute


class Holder:
    missing = property(lambda self: self._inner)


good = {str(i): i for i in range(2000)}
for _ in range(5):
    print(sum_all(good), end=" ")
print()
for bad in ({"x": 1}, {"5": "y"}, {"5": None}):
    try:
        sum_all(good | bad)
    except Exception:
        print(traceback.format_exc())
holders = [Holder() for _ in range(2000)]
for holder in holders:
    holder._inner = holder
    holder.attribute = 1
holders[1500]._inner = 5
try:
    attribute(holders)
except AttributeError as error:
    traceback.print_exc()
    for entry in traceback.extract_tb(error.__traceback__):
        print(entry.name, entry.lineno, entry.line, entry.colno, entry.end_colno)
try:
    (1, 2, 3)[
        5 + len(good) if good else 0
    ]
except IndexError:
    print(traceback.format_exc())
