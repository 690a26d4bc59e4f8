"""Linked lists, trees and graphs of objects with None at the ends, in hot loops."""


class Node:
    __slots__ = ("key", "left", "right", "height")

    def __init__(self, key):
        self.key, self.left, self.right, self.height = key, None, None, 1


def height(node):
    return node.height if node else 0


def update(node):
    node.height = 1 + max(height(node.left), height(node.right))


def rotate_right(y):
    x = y.left
    y.left, x.right = x.right, y
    update(y)
    update(x)
    return x


def rotate_left(x):
    y = x.right
    x.right, y.left = y.left, x
    update(x)
    update(y)
    return y


def insert(node, key):
    if node is None:
        return Node(key)
    if key < node.key:
        node.left = insert(node.left, key)
    elif key > node.key:
        node.right = insert(node.right, key)
    else:
        return node
    update(node)
    balance = height(node.left) - height(node.right)
    if balance > 1:
        if key > node.left.key:
            node.left = rotate_left(node.left)
        return rotate_right(node)
    if balance < -1:
        if key < node.right.key:
            node.right = rotate_right(node.right)
        return rotate_left(node)
    return node


def walk(node):
    stack, out = [], []
    while stack or node:
        while node:
            stack.append(node)
            node = node.left
        node = stack.pop()
        out.append(node.key)
        node = node.right
    return out


root = None
for i in range(1500):
    root = insert(root, (i * 7919) % 1009)
print(height(root), walk(root) == sorted(set(walk(root))), len(walk(root)), walk(root)[:5])
for key in (0.5, -1, 2**70, 3.0):
    root = insert(root, key)
print(walk(root)[:4], walk(root)[-1], len(walk(root)))
try:
    insert(root, "text")
except TypeError as error:
    print(error)


class Cell:
    def __init__(self, value, next=None):
        self.value, self.next = value, next


def build(n):
    head = None
    for i in range(n):
        head = Cell(i, head)
    return head


def reverse(head):
    previous = None
    while head is not None:
        head.next, previous, head = previous, head, head.next
    return previous


def total(head):
    result = 0
    while head:
        result += head.value
        head = head.next
    return result


chain = build(3000)
print(total(chain), total(reverse(chain)), total(None), total(Cell(1.5, Cell(2))))
broken = build(1000)
cell = broken
for _ in range(500):
    cell = cell.next
cell.next = 5
try:
    total(broken)
except AttributeError as error:
    print(error)
