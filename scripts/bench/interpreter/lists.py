def primes(limit):
    found = []
    for n in range(2, limit + 1):
        is_prime = True
        for p in found:
            if p * p > n:
                break
            if n % p == 0:
                is_prime = False
                break
        if is_prime:
            found.append(n)
    return found


def table(rows, columns):
    result = []
    for row in range(rows):
        cells = []
        for column in range(columns):
            cells.append(row * column % 17)
        result.append(cells)
    return result


def trace(cells):
    total = 0
    for row in range(len(cells)):
        for column in range(len(cells[row])):
            total += cells[row][column] * (row - column)
    return total


numbers = [i * 7919 % 400009 for i in range(400000)]
ordered = sorted(numbers)
distance = 0
for i in range(1, len(ordered)):
    distance += ordered[i] - ordered[i - 1]
print(len(primes(120000)), trace(table(700, 700)), distance, ordered[-1])
