"""A property in a hot loop: its getter inlined, then replaced, removed, or hidden by other descriptors."""


class Account:
    def __init__(self, cents):
        self._cents = cents

    @property
    def value(self):
        return self._cents + 1

    @value.setter
    def value(self, cents):
        self._cents = cents - 1


def run(account, count, when=-1, action=None):
    total = 0
    for i in range(count):
        total += account.value
        if i == when:
            action(account)
    return total


def write(account, count):
    for i in range(count):
        account.value = account.value + 1
    return account._cents


account = Account(9)
for _ in range(10):
    run(account, 400)
print(run(account, 2000), write(account, 3000))
account.value = 10
print(run(account, 2000, 1000, lambda a: setattr(a, "value", 20)))
print(run(account, 2000, 1000, lambda a: setattr(Account, "value", property(lambda self: 1))))
try:
    account.value = 3
except AttributeError as error:
    print(error)
try:
    del account.value
except AttributeError as error:
    print(error)
print(run(account, 2000, 1000, lambda a: setattr(Account, "value", 2)))
account.value = 100
print(run(account, 2000, 1000, lambda a: delattr(a, "value")))


class Lazy:
    def __get__(self, instance, owner):
        instance.__dict__["value"] = 50
        return 5


Account.value = Lazy()
print(run(account, 10), run(account, 1000))
print(isinstance(Account.__dict__["value"], Lazy))
