"""A small virtual machine with a dispatch loop: the megamorphic heart of many scripts."""


class Machine:
    def __init__(self, program):
        self.program, self.stack, self.pc, self.steps = program, [], 0, 0
        self.variables = {}

    def push(self, x):
        self.stack.append(x)

    def pop(self):
        return self.stack.pop()

    def run(self):
        while self.pc < len(self.program):
            op, *arguments = self.program[self.pc]
            self.pc += 1
            self.steps += 1
            getattr(self, "op_" + op)(*arguments)
        return self.stack[-1] if self.stack else None

    def op_const(self, x):
        self.push(x)

    def op_load(self, name):
        self.push(self.variables[name])

    def op_store(self, name):
        self.variables[name] = self.pop()

    def op_add(self):
        b, a = self.pop(), self.pop()
        self.push(a + b)

    def op_sub(self):
        b, a = self.pop(), self.pop()
        self.push(a - b)

    def op_mul(self):
        b, a = self.pop(), self.pop()
        self.push(a * b)

    def op_jump(self, target):
        self.pc = target

    def op_jump_if_zero(self, target):
        if self.pop() == 0:
            self.pc = target


def sum_to(n, one):
    return [("const", n), ("store", "n"), ("const", 0 * one), ("store", "t"), ("load", "n"), ("jump_if_zero", 13), ("load", "t"), ("load", "n"), ("add",), ("store", "t"), ("load", "n"), ("const", 1), ("jump", 14), ("jump", 17), ("sub",), ("store", "n"), ("jump", 4), ("load", "t")]


for n, one in ((10, 1), (300, 1), (300, 1.0), (50, True)):
    m = Machine(sum_to(n, one))
    print(n, m.run(), m.steps)


def factorial(n):
    return [("const", n), ("store", "n"), ("const", 1), ("store", "t"), ("load", "n"), ("jump_if_zero", 14), ("load", "t"), ("load", "n"), ("mul",), ("store", "t"), ("load", "n"), ("const", 1), ("sub",), ("jump", 15), ("jump", 17), ("store", "n"), ("jump", 4), ("load", "t")]


print(Machine(factorial(30)).run(), Machine(factorial(100)).steps)
for bad in ([("add",)], [("load", "x")], [("nope",)], [("const",)], [("const", 1), ("const", "a"), ("add",)]):
    try:
        Machine(bad).run()
    except (IndexError, KeyError, AttributeError, TypeError) as error:
        print(type(error).__name__, error)


def brainfuck(code, limit=200000):
    jumps, stack = {}, []
    for i, c in enumerate(code):
        if c == "[":
            stack.append(i)
        elif c == "]":
            j = stack.pop()
            jumps[i], jumps[j] = j, i
    tape, p, i, out, steps = [0] * 300, 0, 0, [], 0
    while i < len(code) and steps < limit:
        c = code[i]
        steps += 1
        if c == ">":
            p += 1
        elif c == "<":
            p -= 1
        elif c == "+":
            tape[p] = (tape[p] + 1) % 256
        elif c == "-":
            tape[p] = (tape[p] - 1) % 256
        elif c == ".":
            out.append(chr(tape[p]))
        elif c == "[" and not tape[p]:
            i = jumps[i]
        elif c == "]" and tape[p]:
            i = jumps[i]
        i += 1
    return "".join(out), steps


print(brainfuck("++++++++[>++++[>++>+++>+++>+<<<<-]>+>+>->>+[<]<-]>>.>---.+++++++..+++.>>.<-.<.+++.------.--------.>>+.>++."))
