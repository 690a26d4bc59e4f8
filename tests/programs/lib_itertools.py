"""itertools: every function, laziness, state after partial use, and errors."""

from itertools import *
import operator

print(list(accumulate([1, 2, 3])), list(accumulate([1, 2, 3], operator.mul)), list(accumulate([1, 2], initial=10)), list(accumulate([])), list(accumulate("abc")))
print(list(batched("abcdefg", 3)), list(chain([1], "a", (2,))), list(chain.from_iterable([[1], [2, 3]])), list(combinations("abcd", 2)), list(combinations([1, 2], 3)), list(combinations_with_replacement("ab", 2)), list(compress("abcde", [1, 0, 1, 0, 1])))
print(list(islice(count(5), 3)), list(islice(count(2.5, 0.5), 3)), list(islice(cycle("ab"), 5)), list(dropwhile(lambda x: x < 3, [1, 3, 2])), list(takewhile(lambda x: x < 3, [1, 3, 2])), list(filterfalse(lambda x: x % 2, range(5))), [(k, list(g)) for k, g in groupby("aabbbc")], [(k, list(g)) for k, g in groupby(range(6), lambda x: x // 2)])
print(list(islice(range(10), 2, 8, 3)), list(islice("abc", 0)), list(pairwise([1, 2, 3])), list(permutations([1, 2, 3], 2)), len(list(permutations(range(5)))), list(product("ab", [1, 2])), list(product([0, 1], repeat=3))[-1], list(product()), list(repeat(1, 3)), list(starmap(pow, [(2, 3), (3, 2)])), list(zip_longest([1, 2], "a", fillvalue="-")))
a, b = tee(iter([1, 2, 3]))
print(next(a), list(b), list(a), count(3), repeat("x", 2), count(2**62).__next__(), list(islice(count(2**63 - 1), 2)), list(islice(count(10, -3), 3)))
for call in (lambda: islice([], -1), lambda: islice([], 1, 2, 0), lambda: islice([], "a"), lambda: list(batched([], 0)), lambda: list(batched([1], 2, strict=True)), lambda: combinations([1], -1), lambda: product([1], repeat=-1), lambda: list(starmap(pow, [1])), lambda: list(chain(5)), lambda: count("a"), lambda: cycle(5), lambda: list(accumulate([1, "a"])), lambda: repeat(), lambda: groupby(), lambda: permutations("ab", "x"), lambda: tee([], -1), lambda: list(zip_longest(5)), lambda: list(compress([1], 5))):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
g = groupby("aab")
k, first = next(g)
next(g)
print(list(first), list(permutations([], 0)), list(combinations("ab", 0)), list(pairwise([1])))


def primes():
    found = []
    for n in count(2):
        if all(n % p for p in takewhile(lambda p: p * p <= n, found)):
            found.append(n)
            yield n


print(list(islice(primes(), 20)), sum(islice(primes(), 300)))
total = 0
for x, y in product(range(40), repeat=2):
    total += x * y
for c in combinations(range(12), 3):
    total += sum(c)
for i, z in zip(count(), chain(range(1000), repeat(2.5, 500))):
    total += i * z
print(total, sum(starmap(operator.mul, zip(range(1000), count(1)))))
