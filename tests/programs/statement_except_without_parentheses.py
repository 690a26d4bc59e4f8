"""except and except* with several types and no parentheses, as 3.14 allows."""


def classify(error):
    try:
        raise error
    except ValueError, TypeError:
        return "value or type"
    except KeyError, IndexError, AttributeError:
        return "lookup"
    except (OSError, EOFError) as problem:
        return f"io {problem}"
    except ZeroDivisionError:
        return "zero"
    except:
        return "bare"


for error in (ValueError(1), TypeError(2), KeyError(3), IndexError(4), AttributeError(5), OSError(6), EOFError(7), ZeroDivisionError(8), SystemExit(9)):
    print(type(error).__name__, classify(error))
try:
    raise ExceptionGroup("g", [ValueError(1), KeyError(2), OSError(3)])
except* ValueError, KeyError:
    print("first")
except* OSError as group:
    print("second", group.exceptions)
kinds = (ValueError, KeyError)
for error in (ValueError(), KeyError(), IndexError()):
    try:
        raise error
    except kinds[1], kinds[1]:
        print("twice")
    except kinds:
        print("tuple", type(error).__name__)
    except IndexError:
        print("index")


def source(text):
    try:
        compile(text, "<text>", "exec")
    except SyntaxError as error:
        print(error.msg, error.lineno, error.offset, error.end_offset)


source("try:\n    pass\nexcept A, B as e:\n    pass\n")
source("try:\n    pass\nexcept*:\n    pass\n")
source("try:\n    pass\nexcept A:\n    pass\nexcept* B:\n    pass\n")
source("try:\n    pass\n")
source("try:\n    pass\nexcept:\n    pass\nexcept A:\n    pass\n")
try:
    try:
        1 / 0
    except "not a class":
        pass
except TypeError as error:
    print(error, repr(error.__context__))
