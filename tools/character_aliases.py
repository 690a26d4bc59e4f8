"""Writes compiler/src/character_aliases.txt from the Unicode character database's NameAliases.txt, as far as CPython knows them.

    python3.14 tools/character_aliases.py NAME_ALIASES > compiler/src/character_aliases.txt
"""

import sys
import unicodedata

for line in open(sys.argv[1], encoding="utf-8"):
    code, name, *_ = *line.split("#")[0].strip().split(";"), ""
    if not name:
        continue
    try:
        known = unicodedata.lookup(name) == chr(int(code, 16))
    except KeyError:
        known = False
    if known:
        print(f"{code} {name}")
