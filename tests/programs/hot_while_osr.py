"""Long while loops entered once: on-stack replacement, with values of every kind live in the frame."""


def loop(n):
    i = 0
    total, text, items, ratio, big, nothing = 0, "", [], 0.5, 2**70, None
    pair = (1, 2)
    while i < n:
        total += i
        ratio = ratio * 1.0001
        if i % 1000 == 0:
            text += "x"
            items.append(i)
            big += 1
            pair = pair[1], pair[0] + i
            nothing = None if nothing else i
        i += 1
    return total, text, len(items), round(ratio, 6), big, pair, nothing


print(loop(20000))


def nested(n):
    count = 0
    i = 0
    while i < n:
        j = 0
        while True:
            j += 1
            if j > i % 50:
                break
            k = j
            while k:
                k >>= 1
                count += 1
        i += 1
    return count, i, j, k


print(nested(1500))


def changes(n):
    x = 0
    i = 0
    while i < n:
        if i == n // 2:
            x = float(x)
        if i == n - 100:
            x = str(int(x))
        if i < n - 100:
            x += 1
        i += 1
    return x


print(changes(20000))


def try_in_loop(n):
    i = errors = 0
    while True:
        try:
            i += 1
            if i % 100 == 0:
                raise ValueError
            if i > n:
                return i, errors
        except ValueError:
            errors += 1


print(try_in_loop(20000))
i = 0
seen = {}
while i < 20000:
    seen[i % 10] = seen.get(i % 10, 0) + i
    i += 1
print(seen)


def within_for_iterator(n):
    out = 0
    for row in ([1, 2, 3], (4.5, 5), range(6, 8), "9", {10: 1}, iter([11])):
        for cell in row:
            k = 0
            while k < n:
                k += 1
                out += k
            if not isinstance(cell, str):
                out += cell
    return out


print(within_for_iterator(2000))


def with_block(n):
    import contextlib
    import io

    buffer = io.StringIO()
    with contextlib.redirect_stdout(buffer):
        i = 0
        while i < n:
            if i % 5000 == 0:
                print(i)
            i += 1
    return buffer.getvalue().split()


print(with_block(20000))
