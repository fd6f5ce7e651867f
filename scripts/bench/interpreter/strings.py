def report(rows):
    lines = []
    for i in range(rows):
        lines.append(f"layer{i % 50}.conv{i},{i * 7 % 256},{'true' if i % 3 == 0 else 'false'}")
    return "\n".join(lines)


def totals(text):
    codes = 0
    names = 0
    for line in text.split("\n"):
        fields = line.split(",")
        codes += int(fields[1])
        if "conv1" in fields[0]:
            names += len(fields[0])
        if line.endswith("true"):
            names += 1
    return [codes, names]


def spelled(words):
    text = ""
    for i in range(words):
        text += "w"
        text += str(i)
        text += "\n" if i % 10 == 9 else " "
    return text


text = report(200000)
words = spelled(300000).replace("\n", " ").split(" ")
kinds = list(filter(lambda w: w.startswith("W9"), map(lambda w: w.upper(), words)))
print(totals(text), len(text), len(words), len(kinds))
