"""An uncaught exception out of a hot loop: the traceback's lines and carets."""


class Cell:
    def __init__(self, value):
        self.value = value

    def divide(self, other):
        return self.value / other.value


def step(cells, i):
    return cells[i].divide(cells[i + 1]) + 1


def run(n):
    cells = [Cell(i + 1) for i in range(n)]
    cells[-1].value = 0
    total = 0.0
    for i in range(n - 1):
        total += step(cells, i)
    return total


run_total = run(1) + 1
print(run_total)
print(run(3000))
