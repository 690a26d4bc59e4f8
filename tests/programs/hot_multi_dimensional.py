"""Nested lists as matrices and grids in hot loops: life, shortest paths, transposition, in-place updates."""


def life(rows, steps):
    h, w = len(rows), len(rows[0])
    for _ in range(steps):
        new = [[0] * w for _ in range(h)]
        for y in range(h):
            for x in range(w):
                n = 0
                for dy in (-1, 0, 1):
                    for dx in (-1, 0, 1):
                        if dx or dy:
                            n += rows[(y + dy) % h][(x + dx) % w]
                new[y][x] = 1 if n == 3 or (n == 2 and rows[y][x]) else 0
        rows = new
    return rows


grid = [[0] * 12 for _ in range(12)]
for x, y in ((1, 0), (2, 1), (0, 2), (1, 2), (2, 2)):
    grid[y][x] = 1
for row in life(grid, 20):
    print("".join(".#"[c] for c in row))


def floyd(n):
    far = 10**9
    d = [[0 if i == j else (i * 7 + j * 13) % 50 + 1 if (i + j) % 3 else far for j in range(n)] for i in range(n)]
    for k in range(n):
        dk = d[k]
        for i in range(n):
            di = d[i]
            dik = di[k]
            for j in range(n):
                if dik + dk[j] < di[j]:
                    di[j] = dik + dk[j]
    return sum(map(sum, d)), d[3][:6]


print(floyd(30))


def determinant(m):
    m = [row[:] for row in m]
    n, result = len(m), 1
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(m[r][i]))
        if m[pivot][i] == 0:
            return 0
        if pivot != i:
            m[i], m[pivot] = m[pivot], m[i]
            result = -result
        result *= m[i][i]
        for r in range(i + 1, n):
            factor = m[r][i] / m[i][i]
            for c in range(i, n):
                m[r][c] -= factor * m[i][c]
    return result


print(determinant([[2, 1], [1, 3]]), determinant([[1, 2], [2, 4]]), determinant([[(i * j + i) % 11 + (i == j) * 5 for j in range(15)] for i in range(15)]))


def levenshtein(a, b):
    table = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
    return table[-1][-1]


print(levenshtein("kitten", "sitting"), levenshtein("intention" * 5, "execution" * 5), levenshtein("", "abc"))
