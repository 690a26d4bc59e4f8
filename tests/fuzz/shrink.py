"""Shrinks a program as long as it still fails, by dropping whole statements with their suites, then suites' heads.

Knows nothing of Python but indentation: what doesn't compile is no candidate.
"""


def indentation(line):
    return len(line) - len(line.lstrip(" "))


def suite_end(lines, start):
    """The index behind a line and what is indented deeper than it (blank lines included)."""
    depth, end = indentation(lines[start]), start + 1
    last = end
    while end < len(lines) and (not lines[end].strip() or indentation(lines[end]) > depth):
        end += 1
        if lines[end - 1].strip():
            last = end
    return last


def compiles(text):
    try:
        compile(text, "candidate", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def without(lines, start, end):
    """The lines without some; a suite that would be empty gets `pass`."""
    rest = lines[:start] + lines[end:]
    if compiles("\n".join(rest)):
        return rest
    return lines[:start] + [" " * indentation(lines[start]) + "pass"] + lines[end:]


def dedented(lines, start, end):
    """The lines with a head dropped and its suite in its place."""
    depth = indentation(lines[start])
    suite = [line for line in lines[start + 1 : end] if line.strip()]
    if not suite:
        return None
    step = indentation(suite[0]) - depth
    return lines[:start] + [line[step:] for line in suite] + lines[end:]


def candidates(lines):
    """Smaller programs: without big parts first."""
    spans = [(start, suite_end(lines, start)) for start in range(len(lines)) if lines[start].strip()]
    for start, end in sorted(spans, key=lambda span: span[0] - span[1]):
        if lines[start].strip() != "pass":
            yield without(lines, start, end)
    for start, end in spans:
        if end > start + 1:
            smaller = dedented(lines, start, end)
            if smaller:
                yield smaller


def shrink(text, fails, most=400):
    """The smallest program found for which `fails(text)` holds, with at most so many trials."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not fails("\n".join(lines) + "\n"):
        return text
    trials = 0
    changed = True
    while changed:
        changed = False
        for candidate in candidates(lines):
            candidate_text = "\n".join(candidate) + "\n"
            if len(candidate_text) >= len("\n".join(lines)) + 1 or not compiles(candidate_text):
                continue
            trials += 1
            if trials > most:
                return "\n".join(lines) + "\n"
            if fails(candidate_text):
                lines, changed = candidate, True
                break
    return "\n".join(lines) + "\n"
