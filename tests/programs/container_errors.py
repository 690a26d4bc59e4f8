"""What the containers' methods say when they refuse."""

import types


class X:
    pass


class L(list):
    pass


class ReflectedAdd:
    def __radd__(self, other):
        return ("radd", other)

    def __rmul__(self, other):
        return ("rmul", other)


def attempt(source):
    try:
        result = eval(source)
    except BaseException as error:
        print(source, "!!", type(error).__name__, error, getattr(error, "__notes__", ""))
    else:
        print(source, "->", result)


for line in """
[]+1
[]+()
[].__add__(1)
[1]+ReflectedAdd()
(1,)*ReflectedAdd()
[1]*1.5
[1]*"a"
[1]*X()
[1]*10**30
[1]*2**62
[][0]
[][10**30]
[].__setitem__(0,1)
[].__setitem__("a",1)
[].__setitem__(slice(0,1),5)
[1,2,3].__setitem__(slice(0,3,2),5)
[1,2,3].__setitem__(slice(0,3,2),[5])
[].__delitem__(0)
[].__delitem__("a")
[].pop()
[1].pop(5)
[].pop("a")
[].pop(10**30)
[].remove(1)
[].index(1)
[].index(1,"a")
[].insert("a",1)
[].extend(5)
[].sort(1)
[].sort(k=1)
[1,"a"].sort()
list(5)
list(1,2)
list(x=1)
L(x=1)
tuple(1,2)
tuple(x=1)
tuple(5)
()+1
()+[]
()[0]
()[10**30]
().index(1)
hash(([],))
dict(5)
dict([5])
dict(["abc"])
dict(["ab", [1, 2]])
dict([(1,2,3)])
dict([[1]])
dict(1,2)
{}.update(1,2)
{}.update(5)
{}.pop(1)
{}.popitem()
{}.__getitem__(1)
{}|1
{}.__or__(1)
{}.__ior__(5)
{} < {}
set()|1
set().__or__(1)
set().union(1)
set().update(5)
set().pop()
set().remove(1)
set(1,2)
set(x=1)
frozenset(1,2)
frozenset(x=1)
set() < 1
hash({1})
set(5)
range()
range(1,2,3,4)
range("a")
range(1.5)
range(1,2,0)
range(x=1)
range(3)[5]
range(3)["a"]
range(3)[10**30]
range(3).index(5)
range(3).index("a")
len(range(2**63))
slice()
slice(1,2,3,4)
slice(1,2,3).indices("a")
slice(1,2,3).indices(-1)
slice(1,2,0).indices(5)
slice("a").indices(5)
hash(slice([],1))
slice(1,x=2)
enumerate(5)
enumerate([], "a")
enumerate([],1,2)
list(zip([1],[1,2],strict=True))
list(zip([1,2],[1],strict=True))
list(zip([1,2],[1,2],[1],strict=True))
list(zip([1],[1],[1,2],strict=True))
zip(5)
zip([],5)
zip([],foo=1)
list(map(lambda *a:a,[1],[1,2],strict=True))
list(map(lambda *a:a,[1,2],[1],strict=True))
map()
map(1)
map(1,5)
map(len,[],foo=1)
filter()
filter(1)
filter(1,5)
filter(1,[],x=1)
reversed()
reversed(5)
reversed({1})
reversed(X())
reversed([],1)
reversed(x=[])
types.MappingProxyType(5)
types.MappingProxyType([])
types.MappingProxyType()
types.MappingProxyType({}) | 5
types.MappingProxyType({}).__ior__({})
hash(types.MappingProxyType({}))
types.MappingProxyType({})["a"]
types.SimpleNamespace(5)
types.SimpleNamespace([5])
types.SimpleNamespace({1:2})
types.SimpleNamespace([(1,2)])
types.SimpleNamespace(1,2)
types.SimpleNamespace(a=1)==types.SimpleNamespace(a=1)
types.SimpleNamespace(a=1)<types.SimpleNamespace(a=1)
iter([]).__setstate__("a")
{}.keys() & 5
{}.keys() | 5
{}.items() - 5
{}.keys().isdisjoint(5)
{}.keys() < 5
next(iter([]))
[].count()
[].append()
[].append(1,2)
[].insert(1)
[].__getitem__()
[].__len__(1)
{}.get()
{}.pop()
[].__contains__()
dict.fromkeys()
dict.__new__()
dict.__new__(int)
list.__new__(int)
tuple.__new__(list)
list.append(1,2)
list.append()
set.add(frozenset(),1)
set.__len__(frozenset())
list.__len__(1)
[].__iadd__(5)
set([1]) - [1]
{1}.issubset(5)
{1}.isdisjoint(5)
{1}.symmetric_difference(5)
{1}.__sub__([1])
dict.update({},**{1:2})
dict(**{1:2})
list(map(None,[1]))
[1,2].index(1,2,None)
{1}.pop(1)
{1}.difference([2],5)
""".strip().splitlines():
    attempt(line)
