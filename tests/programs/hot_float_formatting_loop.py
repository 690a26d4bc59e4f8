"""A report built in a hot loop: floats rounded and formatted every way."""

rows = []
balance = 1000.0
for year in range(1, 400):
    interest = balance * 0.0375
    balance += interest - 20
    if balance > 1e9 or balance < 1:
        balance = 1000.0 + year / 7
    rows.append((year, balance, interest, round(interest, 2), f"{balance:,.2f}", "%.3e" % interest, str(round(balance)), f"{interest:g}"))
for row in rows[:3] + rows[-3:]:
    print(*row)
print(round(sum(r[1] for r in rows), 4), max(r[3] for r in rows), len("".join(r[4] for r in rows)))


def histogram(values, width):
    low, high = min(values), max(values)
    bins = [0] * width
    for v in values:
        bins[min(int((v - low) / (high - low) * width), width - 1)] += 1
    return bins


values = [((i * 7919) % 1000) ** 1.5 for i in range(2000)]
print(histogram(values, 10), histogram([1, 2, 3, 4.5], 3))
table = {}
for v in values:
    table[round(v, -3)] = table.get(round(v, -3), 0) + 1
print(sorted(table.items())[:5], len(table))
print(sum(round(i / 8, 2) for i in range(3000)), sum(int(i * 0.7) for i in range(3000)), sum(i // 0.3 for i in range(500)), sum(i % 0.3 for i in range(500)), [round(x * 0.5) for x in range(12)])
