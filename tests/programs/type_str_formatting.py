"""str.format, format specs, % formatting: every conversion, alignment, nesting, and the errors."""


class Point:
    x, y = 1, 2.5

    def __getitem__(self, key):
        return f"item {key!r}"


p = Point()
print("{} {}".format(1, "a"), "{0}{1}{0}".format("x", "y"), "{a}{b}".format(a=1, b=2), "{0.x} {0.y:.3f} {0[k]} {0[5]}".format(p), "{{}} {{{}}}".format(3), "{!r} {!s} {!a}".format("é", "é", "é"), "{:>{w}.{p}f}|{:{fill}^{w}}".format(3.14159, "m", w=8, p=2, fill="*"), "{:}".format(5), "{0:{1}}".format(7, "03d"), "{a[x]}{a[y z]}".format(a={"x": 1, "y z": 2}), "{0[0][1]}".format([[1, 2]]))
print("{:10}|{:<10}|{:>10}|{:^10}|".format("s", "s", "s", "s"), "{:5}|{:<5}|{:05}".format(42, 42, 42), "{:.2}|{:5.1}|{:*^7.3}".format("abcdef", "abcdef", "abcdef"), "{:,} {:_} {:b} {:#x} {:e} {:%}".format(1234567, 1234567, 5, 255, 12345.678, 0.25), "{:>10}".format(True), "{:d}".format(True), "{!s:>6}".format(None), "{:é>4}".format(1))
for template, arguments in (("{}", ()), ("{0} {}", (1, 2)), ("{} {0}", (1, 2)), ("{a}", ()), ("{", ()), ("}", ()), ("{!x}", (1,)), ("{:q}", (1,)), ("{0.z}", (p,)), ("{0[a}", ([1],)), ("{0[9]}", ([1],)), ("{0[a]}", ([1],)), ("{!}", (1,)), ("{0!r:{}", (1,)), ("{:{}{}}", (1, 2)), ("{:>{}}", (1, "x")), ("{5}", (1,)), ("{:.}", ("x",)), ("{0.}", (1,)), ("{!rr}", (1,))):
    try:
        print(template, template.format(*arguments))
    except (IndexError, KeyError, ValueError, AttributeError, TypeError) as error:
        print(template, type(error).__name__, error)
print("%d %i %u %5d|%-5d|%05d %+d % d" % (1, 2.9, 3, 4, 5, 6, 7, 8), "%x %X %#x %o %#o" % (255, 255, 255, 8, 8), "%e %E %f %F %g %G %.2f %8.3f|%-8.1f|" % (1.5, 1.5, 1.5, 1.5, 1e10, 1e-10, 2.345, 3.14159, 2.25), "%s %r %a %10s|%-10s|%.2s" % ("é", "é", "é", "s", "s", "long"), "%c%c" % ("x", 65), "%%", "%(a)s %(b)05.1f" % {"a": 1, "b": 2.55}, "%*d|%-*d|%.*f" % (5, 1, 5, 2, 1, 3.14159), "%s" % (("tuple",),), "%s" % [1], "%s%s" % (1, None))
for template, arguments in (("%d", "x"), ("%d", ()), ("%d %d", (1,)), ("%d", (1, 2)), ("%q", 1), ("%", 1), ("%(a)s", 1), ("%(a)s", {}), ("%c", "ab"), ("%c", -1), ("%x", 1.5), ("%s", (1, 2)), ("x", 1), ("x", {"a": 1}), ("%*d", ("a", 1)), ("%.", 1), ("%(a", {}), ("%i", None), ("%f", "1")):
    try:
        print(template, repr(template % arguments))
    except (TypeError, ValueError, KeyError, OverflowError) as error:
        print(template, type(error).__name__, error)
print(b"%d %s %r %a %c %x %b %5.1f" % (1, b"x", "é", "é", 65, 255, b"raw", 2.5), bytearray(b"%s") % b"q")
value, width, name = 3.14159, 10, "name"
print(f"{value:.2f} {value:>{width}} {name!r:^{width + 2}} {value:{width}.{width - 7}f} {'nested ' + f'{name}'} {value=} {name=!s} {value = :.1f} {{}} {1 + 1} {[1, 2][0]} {({'a': 1})['a']} {(lambda x: x * 2)(4)} {name if width else 0} {f'{f"{1}"}'} {"same quotes"} {'\n'.join('ab')!r} {1:!<4} {*[1, 2],}")
print(f"{name!r}" f"{name}" "plain" rf"\n{name}\d" f'''multi
{name
}''', f"{0x10:#x}", f"{1_000:,}", f"{True}", f"{None}", f"{...}", f"{print!r:.10}", f"{'a' 'b'}", f"{1,}", f"{(x := 5)} {x}", f"{'{'}{'}'}", f"{'''triple'''}", f"{3!r:>3}")
for text in ('f"{"', 'f"{}"', 'f"}"', 'f"{a!x}"', 'f"{a:{b}"', 'f"{*a}"', 'f"{a b}"', 'f"{!r}"', 'f"{lambda x: 1}"', "f'{a", 'f"{a!}"', 'f"{a!r b}"', 'f"{x=!}"', 'f"{,}"', 'f"{a;b}"'):
    try:
        compile(text, "<text>", "eval")
    except SyntaxError as error:
        print(text, "->", error.msg, error.lineno, error.offset)
