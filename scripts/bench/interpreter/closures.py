from functools import reduce


def counter(step):
    n = 0

    def advance():
        nonlocal n
        n += step
        return n

    return advance


def compose(f, g):
    return lambda x: f(g(x))


def made(count):
    total = 0
    for i in range(count):
        scaled = lambda x: x * i
        total += scaled(3)
    return total


def work():
    tick = counter(3)
    last = 0
    for i in range(800000):
        last = tick()
    f = lambda x: x + 1
    for i in range(6):
        f = compose(f, lambda x, i=i: x + i)
    total = 0
    for i in range(120000):
        total += f(i)
    even = list(filter(lambda x: x % 2 == 0, map(lambda x: x * 3, range(700000))))
    largest = reduce(lambda a, b: a if a > b else b, even, 0)
    print(last, total, made(600000), len(even), largest)


work()
