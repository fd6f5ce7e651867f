def runs(n):
    result = []
    for i in range(n):
        result.append({"algorithm": "lsq" if i % 2 == 0 else "pact", "bits": 2 + i % 3, "seed": i,
                       "top1": i % 100 / 100})
    return result


def best(runs):
    result = runs[0]
    for run in runs:
        if run["top1"] > result["top1"] or (
                run["top1"] == result["top1"] and run["bits"] < result["bits"]):
            result = run
    return result


def walk(steps):
    point = {"x": 0, "y": 0, "turns": 0}
    for i in range(steps):
        point = {**point, "x": point["x"] + 1, "y": point["y"] - i % 3}
        if point["y"] < -1000:
            point = {**point, "y": 0, "turns": point["turns"] + 1}
    return point


runs = runs(250000)
seeds = 0
for run in runs:
    if run["algorithm"] == "lsq" and run["bits"] == 4:
        seeds += run["seed"]
top = list(map(lambda run: run["bits"] * 10 + run["top1"],
               filter(lambda run: run["top1"] >= 0.98, runs)))
print(best(runs)["seed"], seeds, len(top), walk(600000)["turns"])
