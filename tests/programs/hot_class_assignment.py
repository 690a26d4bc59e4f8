"""Assigning __class__ of an object whose methods are hot."""


class Cat:
    def __init__(self):
        self.age = 1

    def speak(self):
        return "meow"

    @property
    def legs(self):
        return 4


class Bird:
    def speak(self):
        return "tweet"

    legs = 2


def run(animal, count, when=-1, other=None):
    said = {}
    legs = 0
    for i in range(count):
        word = animal.speak()
        said[word] = said.get(word, 0) + 1
        legs += animal.legs
        if i == when:
            animal.__class__ = other
    return said, legs, animal.age


cat = Cat()
for _ in range(10):
    run(cat, 400)
print(run(cat, 2000))
print(run(cat, 2000, 700, Bird))
print(type(cat).__name__, isinstance(cat, Cat), isinstance(cat, Bird))
print(run(cat, 2000, 100, Cat))


class Slot:
    __slots__ = ("age",)


for target in (Slot, int, 5, object):
    try:
        cat.__class__ = target
    except TypeError as error:
        print(error)
