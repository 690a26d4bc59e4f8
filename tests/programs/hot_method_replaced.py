"""A method is replaced while the loop that calls it is hot: on the class, a base, the instance, a sibling."""


class Shape:
    def area(self):
        return 1

    def scaled(self, k):
        return self.area() * k


class Square(Shape):
    def area(self):
        return 4


def run(shape, count, when=-1, action=None):
    total = 0
    for i in range(count):
        total += shape.scaled(2)
        if i == when:
            action()
    return total


square = Square()
for _ in range(10):
    run(square, 500)
print(run(square, 2000))
print(run(square, 2000, 1000, lambda: setattr(Square, "area", lambda self: 5)))
print(run(square, 2000, 1000, lambda: setattr(Shape, "scaled", lambda self, k: self.area() * k + 1)))
print(run(square, 2000, 1000, lambda: setattr(square, "area", lambda: 6)))
print(run(square, 2000, 1000, lambda: delattr(square, "area")))
print(run(square, 2000, 1000, lambda: delattr(Square, "area")))
print(run(square, 2000, 1000, lambda: setattr(Square, "area", staticmethod(lambda: 8))))
print(run(square, 2000, 1000, lambda: setattr(Square, "area", classmethod(lambda cls: len(cls.__name__)))))


class Functor:
    def __call__(self, *args):
        return 10 + len(args)


print(run(square, 2000, 1000, lambda: setattr(Square, "area", Functor())))
Square.__bases__ = (type("Other", (Shape,), {"scaled": lambda self, k: -1}),)
print(run(square, 2000))
