"""Solves a hard sudoku by constraint propagation and search: recursion, sets, dictionaries, exceptions.

    taipan examples/sudoku.py [PUZZLE]         81 characters, a dot for an empty cell
"""

import sys

HARD = "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......"


class Contradiction(Exception):
    """A cell has no digit left."""


ROWS = [[r * 9 + c for c in range(9)] for r in range(9)]
COLUMNS = [[r * 9 + c for r in range(9)] for c in range(9)]
BOXES = [[(b // 3 * 3 + i // 3) * 9 + b % 3 * 3 + i % 3 for i in range(9)] for b in range(9)]
UNITS = [[unit for unit in ROWS + COLUMNS + BOXES if cell in unit] for cell in range(81)]
PEERS = [sorted({p for unit in UNITS[cell] for p in unit} - {cell}) for cell in range(81)]


def assign(board, cell, digit):
    for other in list(board[cell]):
        if other != digit:
            eliminate(board, cell, other)


def eliminate(board, cell, digit):
    digits = board[cell]
    if digit not in digits:
        return
    digits.discard(digit)
    if not digits:
        raise Contradiction(cell)
    if len(digits) == 1:
        (last,) = digits
        for peer in PEERS[cell]:
            eliminate(board, peer, last)
    for unit in UNITS[cell]:
        places = [c for c in unit if digit in board[c]]
        if not places:
            raise Contradiction(cell)
        if len(places) == 1:
            assign(board, places[0], digit)


def search(board):
    open_cells = [(len(board[c]), c) for c in range(81) if len(board[c]) > 1]
    if not open_cells:
        return board
    _, cell = min(open_cells)
    for digit in sorted(board[cell]):
        attempt = [set(digits) for digits in board]
        try:
            assign(attempt, cell, digit)
            return search(attempt)
        except Contradiction:
            continue
    raise Contradiction(cell)


def main():
    puzzle = sys.argv[1] if len(sys.argv) > 1 else HARD
    board = [set(range(1, 10)) for _ in range(81)]
    for cell, character in enumerate(puzzle):
        if character != ".":
            assign(board, cell, int(character))
    solved = search(board)
    for row in ROWS:
        print(" ".join(str(min(solved[c])) for c in row))


main()
