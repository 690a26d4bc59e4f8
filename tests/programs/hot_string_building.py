"""Strings built, sliced, compared and searched in hot loops; each internal width."""


def build(n, piece):
    text = ""
    for i in range(n):
        text += piece
        if i % 3 == 0:
            text += str(i)
    return text


for piece in ("a", "é", "€", "🐍"):
    text = build(2000, piece)
    print(len(text), text[:9], text[-5:], text.count(piece), hash(text) == hash(build(2000, piece)))


def widths(n):
    text = "start"
    for i in range(n):
        if i == 500:
            text += "ÿ"
        elif i == 1000:
            text += "Ā"
        elif i == 1500:
            text += "\U00010000"
        else:
            text += "x"
    return text


text = widths(2000)
print(len(text), max(text), [ascii(text[i]) for i in (504, 505, 506, 1005, 1505, -1)])


def scan(text):
    vowels = 0
    for character in text:
        if character in "aeiou":
            vowels += 1
        elif character == "€":
            vowels += 1000
    return vowels


print(scan("the quick brown fox" * 300), scan("e€" * 1000))


def index(text):
    total = 0
    for i in range(len(text)):
        total += ord(text[i])
        if text[i] == text[-i - 1]:
            total += 1
    return total


print(index("abc" * 1000), index("añ€🐍" * 500))
parts = []
for i in range(3000):
    parts.append(f"{i:04d}:{i * 0.5:.1f}")
joined = ",".join(parts)
print(len(joined), joined[:24], joined[-15:])
print("".join(reversed("abc" * 3)), ("ab" * 1000)[::200], "%s-%d" % ("x", 5), "x" "y" * 3)
total = 0
for i in range(3000):
    total += ("a" < "b") + ("abc" <= "abd") + ("z" > "é") + ("a" == "a") + ("a" != "b")
print(total, "é" < "z", "\ud7ff" < "\U00010000", "" < "a", max("b", "a", "c"))
