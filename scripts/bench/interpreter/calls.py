import sys

sys.setrecursionlimit(10000)


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def is_even(n):
    return True if n == 0 else is_odd(n - 1)


def is_odd(n):
    return False if n == 0 else is_even(n - 1)


def clamp(x, low, high):
    return low if x < low else high if x > high else x


even = 0
for n in range(1500):
    if is_even(n % 600):
        even += 1
total = 0
for x in range(800000):
    total += clamp(x % 1000, 100, 900)
print(fibonacci(28), ackermann(2, 300), even, total)
