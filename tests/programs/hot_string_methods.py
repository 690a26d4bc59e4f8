"""String methods in hot loops: split, join, replace, find, case, strip, translate, format."""


def tokens(line):
    words = line.strip().lower().split(",")
    return [w.replace("-", "_").strip() for w in words if w and not w.isspace()]


line = "  Alpha, beta-gamma ,, DELTA,é-Ü, \t,end  "
for _ in range(500):
    result = tokens(line)
print(result)


def count_words(text):
    counts = {}
    for word in text.split():
        word = word.strip(".,!").lower()
        counts[word] = counts.get(word, 0) + 1
    return counts


text = "The cat. the dog, THE cat! a dog " * 200
print(count_words(text))


def caesar(text, shift):
    out = []
    for c in text:
        if c.isupper():
            out.append(chr((ord(c) - 65 + shift) % 26 + 65))
        elif c.islower():
            out.append(chr((ord(c) - 97 + shift) % 26 + 97))
        else:
            out.append(c)
    return "".join(out)


secret = caesar("Hello, World! " * 100, 3)
print(secret[:14], caesar(secret, -3)[:14], len(secret))


def palindromes(n):
    return [i for i in range(n) if str(i) == str(i)[::-1]]


print(len(palindromes(5000)), palindromes(200)[-3:])


def find_all(text, piece):
    position, found = text.find(piece), []
    while position != -1:
        found.append(position)
        position = text.find(piece, position + 1)
    return found


print(find_all("abracadabra" * 3, "abra"), len(find_all("aaaa" * 500, "aa")), find_all("ééé", "é"), find_all("x", ""))
rows = []
for i in range(1000):
    rows.append("%5d|%-6s|%08.3f|%x" % (i, "r" + str(i), i / 7, i))
    rows.append("{:>5}|{!r:<6}|{:+.2e}".format(i, str(i), i * 1.5))
    rows.append(f"{i:,}|{i % 3 == 0}|{i / 3:.2f}|{i:b}")
print(rows[0], rows[1], rows[2], rows[-3], rows[-2], rows[-1], sep="\n")
table = str.maketrans("abc", "xyz", "d")
print(("abcd" * 500).translate(table)[:7], "a1b2".translate({97: None, 49: "one"}))
total = 0
for i in range(2000):
    s = str(i)
    total += int(s) + len(s) + s.startswith("1") + s.endswith("9") + s.isdigit() + ("7" in s) + s.count("5")
print(total, hash("abc") == hash("".join("abc")))
