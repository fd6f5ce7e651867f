def divisors(limit):
    found = 0
    for n in range(1, limit + 1):
        d = 1
        while d * d <= n:
            if n % d == 0:
                found += 1 if d * d == n else 2
            d += 1
    return found


def inside(size, steps):
    count = 0
    for row in range(size):
        y = 2.0 * row / size - 1.0
        for column in range(size):
            x = 3.0 * column / size - 2.0
            re = 0.0
            im = 0.0
            step = 0
            while step < steps and re * re + im * im <= 4.0:
                next_re = re * re - im * im + x
                im = 2.0 * re * im + y
                re = next_re
                step += 1
            if step == steps:
                count += 1
    return count


print(divisors(60000), inside(160, 60))
