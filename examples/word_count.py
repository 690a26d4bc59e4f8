"""Counts the words of files (or of a text it makes up) and prints the most frequent: strings and dictionaries.

    taipan examples/word_count.py [FILE ...]
"""

import random
import sys


def made_up(words):
    generator = random.Random(1)
    syllables = ["ta", "ne", "ri", "so", "mu", "ka", "lo", "vi"]
    return " ".join("".join(generator.choices(syllables, k=generator.randint(1, 3))) for _ in range(words))


def count(text, table):
    for word in text.lower().split():
        word = word.strip(".,;:!?\"'()")
        if word:
            table[word] = table.get(word, 0) + 1


def main():
    table = {}
    if len(sys.argv) > 1:
        for name in sys.argv[1:]:
            with open(name, encoding="utf-8", errors="replace") as file:
                for line in file:
                    count(line, table)
    else:
        count(made_up(500_000), table)
    for word, times in sorted(table.items(), key=lambda item: (-item[1], item[0]))[:10]:
        print(f"{times:8} {word}")


main()
