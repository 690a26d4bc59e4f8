"""Template strings: interpolations, conversions, format specs, nesting, raw, concatenation."""

from string.templatelib import Interpolation, Template, convert

name, value = "World", 3.14159
template = t"Hello {name}, {value:.2f} {value!r:>10} {name!s} {name!a}!"
print(type(template).__name__, template.strings, template.values)
for part in template:
    print(repr(part))
for item in template.interpolations:
    print(item.value, item.expression, item.conversion, item.format_spec)


def render(template):
    out = []
    for part in template:
        if isinstance(part, Interpolation):
            out.append(format(convert(part.value, part.conversion), part.format_spec))
        else:
            out.append(part)
    return "".join(out)


print(render(template), render(t""), render(t"{{literal}}"), render(t"{name}{name}"))
width = 12
print(render(t"{value:{width}.3f}|{name:^{width}}|"))
print(t"{width + 1 = }".strings, t"{width=}".interpolations[0], t"{ width !r}".interpolations[0].expression)
print((t"a{1}" + t"{2}b").strings, len(t"a{1}b{2}c".strings))
print(rt"\n{name}\t".strings, t"\n{name}".strings, T"{'q'}".values, t'''multi
line {name
}'''.interpolations[0].expression)
print(t"{f"{name}"}".values, t"{t"{name}"}".values[0].values)
try:
    t"x" + "y"
except TypeError as error:
    print(error)
try:
    "y" + t"x"
except TypeError as error:
    print(error)
made = Template("a", Interpolation(5, "five", None, ""), "b", "c")
print(made.strings, made.values, repr(made))
print(t"{undefined}" if "undefined" in globals() else "no name")
try:
    t"{undefined}"
except NameError as error:
    print(error)
match t"{name}".interpolations[0]:
    case Interpolation(v, expression=e):
        print(v, e)
lazy = [t"{i}{i * i}" for i in range(3)]
print([x.values for x in lazy], isinstance(lazy[0], str))
try:
    Interpolation(1, "x", "z")
except ValueError as error:
    print(error)
