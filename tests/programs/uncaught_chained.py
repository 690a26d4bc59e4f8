"""An uncaught exception with a cause, a context and notes; output before it stays."""

print("before")


class ConfigError(Exception):
    """Raised for a wrong setting."""


def load(name):
    try:
        return {"a": "1"}[name]
    except KeyError as error:
        error.add_note(f"while loading {name}")
        raise ConfigError(f"no setting {name!r}") from error


def start():
    try:
        load("port")
    finally:
        print("cleaning up")
        [].pop(
            0
        )


start()
print("not reached")
