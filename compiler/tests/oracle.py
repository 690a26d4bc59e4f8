"""Sends the code objects of source files to the test, and checks what comes back.

Run by tests/oracle.rs with the files on the command line. Each message is a four-byte length and that many bytes. For
each file the marshalled code object goes out; the same one, written by the test, its disassembly, and what the test's
own compiler makes of the file come back.
"""
import dis, io, marshal, pathlib, re, struct, sys, types, warnings

FIELDS = ("co_name", "co_qualname", "co_filename", "co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_flags",
          "co_stacksize", "co_firstlineno", "co_names", "co_varnames", "co_cellvars", "co_freevars", "co_code",
          "co_exceptiontable", "co_linetable")


def send(data):
    sys.stdout.buffer.write(struct.pack("<I", len(data)) + data)
    sys.stdout.buffer.flush()


def receive():
    return sys.stdin.buffer.read(struct.unpack("<I", sys.stdin.buffer.read(4))[0])


def constant(value):
    if isinstance(value, types.CodeType):
        return [getattr(value, field) for field in FIELDS] + [constant(value.co_consts)]
    if isinstance(value, tuple):
        return [constant(item) for item in value]
    if isinstance(value, frozenset):
        return ["frozenset", sorted(map(repr, map(constant, value)))]
    return type(value), repr(value)


def disassembly(code):
    output = io.StringIO()
    dis.dis(code, file=output)
    return comparable(output.getvalue())


def comparable(text):
    """The disassembly without what is another each time: addresses, and the order of frozensets."""
    return re.sub(r"frozenset\(.*?\}\)", "frozenset", re.sub(r" at 0x[0-9a-f]+", "", text)).rstrip("\n")


def main():
    status = 0
    for path in sys.argv[1:]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                code = compile(pathlib.Path(path).read_bytes(), path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, OSError):
            continue
        send(marshal.dumps(code))
        back, text = receive(), comparable(receive().decode("utf-8", "surrogatepass"))
        if constant(marshal.loads(back)) != constant(code):
            print("marshal differs:", path, file=sys.stderr)
            status = 1
        compiled = receive()
        if not compiled or constant(marshal.loads(compiled)) != constant(code):
            print("compiled differently:", path, file=sys.stderr)
            status = 1
        expected = disassembly(code)
        if text != expected:
            status = 1
            for ours, theirs in zip(text.split("\n"), expected.split("\n")):
                if ours != theirs:
                    print(f"disassembly differs: {path}\n  ours   {ours}\n  theirs {theirs}", file=sys.stderr)
                    break
            else:
                print("disassembly has another length:", path, file=sys.stderr)
    send(b"")
    sys.exit(status)


main()
