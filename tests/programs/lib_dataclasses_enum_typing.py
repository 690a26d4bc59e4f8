"""dataclasses, enum and typing: generated methods, options, introspection, errors."""

import enum
import typing
from dataclasses import *
from typing import *


@dataclass
class A:
    x: int
    y: str = "d"
    z: list = field(default_factory=list, repr=False)
    c: ClassVar[int] = 5
    i: InitVar[int] = 0
    _: KW_ONLY
    k: int = 1

    def __post_init__(self, i):
        self.total = self.x + i


a = A(1, i=5, k=3)
print(a, a.total, A(1) == A(1), A(1) != A(2), [f.name for f in fields(A)], asdict(a), astuple(a), replace(a, x=9, i=1), is_dataclass(A), A.__match_args__, A.__hash__)
for call in (lambda: A(), lambda: A(1, "a", [], 0, 5), lambda: A(1) < A(2), lambda: hash(A(1)), lambda: exec("@dataclass\nclass B:\n x: int = 1\n y: int", {"dataclass": dataclass}), lambda: exec("@dataclass\nclass B:\n x: list = []", {"dataclass": dataclass}), lambda: replace(a, nope=1), lambda: fields(5), lambda: asdict(5)):
    try:
        print(call())
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


@dataclass(frozen=True, order=True)
class F:
    a: int
    b: float = field(default=0.0, compare=False)


@dataclass
class Child(A):
    w: int = 7


f = F(1)
try:
    f.a = 2
except FrozenInstanceError as error:
    print(error)
print(F(1) < F(2), sorted([F(3), F(1)]), {F(1): 1}[F(1, 5.0)], Child(1), [f.name for f in fields(Child)], make_dataclass("M", ["p", ("q", int, 5)])(1))


class E(enum.Enum):
    A = 1
    B = "two"
    ALIAS = 1

    @property
    def shout(self):
        return self.name + "!"

    @classmethod
    def _missing_(cls, value):
        return cls.B if value == "default" else None


class Auto(enum.StrEnum):
    RED = enum.auto()
    GREEN = enum.auto()


class Bits(enum.IntFlag):
    R = 4
    W = 2
    X = 1
    RW = R | W


class Member(enum.Enum):
    EARTH = (1.0, 2)
    MARS = (3.0, 4)

    def __init__(self, mass, radius):
        self.mass, self.radius = mass, radius

    @enum.nonmember
    class Inner: ...


print(E.A, repr(E.B), E(1), E["B"], E.ALIAS is E.A, list(E), E.A.shout, E("default"), E.__members__.keys(), E.A == 1, hash(E.A) == hash(E.A), E.A in E, 1 in E, isinstance(E.A, E), Auto.RED, Auto.GREEN + "x", list(Auto), Bits.R | Bits.X, Bits(7), Bits(6), Bits.RW & Bits.W, ~Bits.R, Bits.R + 1, bool(Bits(0)), Bits(0), list(Bits.RW), Member.MARS.mass, Member.EARTH.value, len(Member), enum.Enum("Fn", "P Q").Q, enum.unique(Auto) is Auto)
for call in (lambda: E(9), lambda: E["Z"], lambda: E.Z, lambda: setattr(E, "A", 5), lambda: E.A < E.B, lambda: enum.unique(E), lambda: exec("class X(E): pass", globals()), lambda: delattr(E, "A"), lambda: Bits("x"), lambda: exec("class D(enum.Enum):\n A = 1\n A = 2", globals())):
    try:
        print(call())
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        print(type(error).__name__, error)
T = TypeVar("T", bound=int)


class G(Generic[T]):
    x: T


class TD(TypedDict, total=False):
    a: Required[int]
    b: str


class NT(NamedTuple):
    p: int
    q: str = "x"


print(Optional[int], Union[int, str], List[int], Dict[str, int], Callable[[int], str], Literal[1, "a"], Annotated[int, "m"], Any, T, G[int], G[int].__args__, TD(a=1), TD.__required_keys__, NT(1), NT._field_defaults, get_type_hints(G), get_origin(List[int]), get_args(Union[int, str]), cast(int, "x"), NewType("N", int)(5), Tuple[int, ...], Type[int], Final, ClassVar[int], Union[int, int], Optional[None], get_type_hints(NT), typing.assert_never.__name__, Self, Never, TypeAlias, Unpack[Tuple[int]], Concatenate[int, ...])
for call in (lambda: List[int, str], lambda: Union[()], lambda: Generic[int], lambda: isinstance(1, List[int]), lambda: Any(), lambda: G[int, str], lambda: Literal[[]] and "ok", lambda: Optional[1, 2], lambda: TypeVar("X", int), lambda: TypeVar("X", int, str, bound=int), lambda: Callable[int], lambda: assert_type(1, int)):
    try:
        print(call())
    except TypeError as error:
        print(error)
