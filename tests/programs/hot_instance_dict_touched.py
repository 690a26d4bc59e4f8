"""The instance's __dict__ is read, written, swapped and cleared while its attributes are hot."""


class Node:
    def __init__(self, value):
        self.value = value
        self.count = 0

    def bump(self):
        self.count += self.value
        return self.count


def run(node, count, when=-1, action=None):
    for i in range(count):
        node.bump()
        if i == when:
            action(node)
    return node.count


node = Node(1)
for _ in range(10):
    run(node, 500)
print(run(node, 1000))
print(run(node, 1000, 500, lambda n: n.__dict__.__setitem__("value", 10)))
print(node.__dict__, vars(node) is node.__dict__)
print(run(node, 1000, 500, lambda n: n.__dict__.update(extra=1, count=0)))
print(run(node, 1000, 500, lambda n: setattr(n, "__dict__", {"value": 2, "count": -1000})))
shared = {"value": 3, "count": 0, "other": 5}
node.__dict__ = shared
run(node, 1000)
print(shared, node.__dict__ is shared)
try:
    run(node, 1000, 500, lambda n: n.__dict__.clear())
except AttributeError as error:
    print(error)
node.__dict__["count"] = 0
node.value = 4
print(run(node, 1000), list(node.__dict__.items()))
node.__dict__[1] = "int key"
print(run(node, 10), node.__dict__)
other = Node(5)
view = other.__dict__
other.value = 6
view["new"] = 1
del other.count
print(view, other.new)
del other.__dict__
print(other.__dict__, hasattr(other, "value"))
