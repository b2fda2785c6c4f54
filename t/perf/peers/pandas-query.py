# pandas-query.py memory FILE UNITS OUT NAMES REPS, or scan FILE - the queries of make bench-query by pandas: names as categories,
# which is faster than as objects, also those of the units, so that a join compares codes
import os
import sys
import time
sys.path.pop(0)  # where this file lies
import numpy
import pandas

task, file = sys.argv[1:3]
types = dict(event_id="int32", source="category", region="category", unit="category", measure="category", low="int32",
             best="int32", high="int32", lat="float64", lon="float64", credibility="int8", note=str)
start_of_2024 = pandas.Timestamp("2024-01-01")


def load(path, columns=None):
    return pandas.read_csv(path, engine="c", dtype=types, usecols=columns, parse_dates=["date"], infer_datetime_format=True,
                           keep_default_na=False)


def wanted(t):
    return (t.date >= start_of_2024) & (t.credibility <= 3)


def by(t, *keys):
    return t.groupby(list(keys), observed=True, sort=False).best.agg(["count", "sum", "mean"])


def groups(d):
    return len(d), d["count"].sum(), d["sum"].sum(), (d["sum"].astype("int64") ** 2).sum(), round((d["mean"] * d["count"]).sum())


def places(d, *names):
    k = numpy.arange(101)
    rows = k * (len(d) - 1) // 100
    return len(d), sum(int(((k + 1) * d[name].to_numpy()[rows].astype("int64")).sum()) for name in names)


if task == "scan":
    t = load(file, ["date", "source", "measure", "best", "credibility"])
    print("is scan", *groups(by(t[wanted(t)], "source", "measure")))
    sys.exit()

units, out, names, reps = sys.argv[3:7]
out += "/pandas.csv"
t, u = load(file), pandas.read_csv(units, dtype=dict(branch="category", parent="category"))
u.unit = u.unit.astype(t.unit.dtype)


def cumulative():
    d = t[["source", "date", "event_id", "best"]].sort_values("date", kind="stable")
    return pandas.DataFrame({"event_id": d.event_id, "c": d.best.astype("int64").groupby(d.source, observed=True, sort=False).cumsum()})


def written(_):
    d = load(out)
    return len(d), d.best.sum(), numpy.rint(d.lat * 1e5).astype("int64").sum(), (d.note == "").sum()


queries = dict(
    filter=(lambda: t[wanted(t)], lambda d: (len(d), d.best.sum(), d.event_id.sum())),
    filter_sum=(lambda: t.best[wanted(t)].sum(), lambda d: (d,)),
    group_source=(lambda: by(t, "source"), groups),
    group_measure=(lambda: by(t, "source", "measure"), groups),
    group_unit=(lambda: by(t, "unit"), groups),
    group_month=(lambda: by(t[["source", "best"]].assign(month=t.date.to_numpy().astype("datetime64[M]").astype("int64")), "source", "month"),
                 groups),
    join_agg=(lambda: t[["unit", "best"]].merge(u, on="unit").groupby(["branch", "parent"], observed=True, sort=False).best.agg(["count", "sum"]),
              lambda d: (len(d), d["count"].sum(), d["sum"].sum(), (d["sum"].astype("int64") ** 2).sum())),
    join_keep=(lambda: t[["event_id", "best", "unit"]].merge(u[["unit", "branch", "strength"]], on="unit").drop(columns="unit"),
               lambda d: (len(d), d.event_id.sum(), (d.best.astype("int64") * d.strength).sum())),
    sort_all=(lambda: t.sort_values(["date", "event_id"]), lambda d: places(d, "event_id", "best")),
    sort_two=(lambda: t[["event_id", "date"]].sort_values(["date", "event_id"]), lambda d: places(d, "event_id")),
    distinct_unit=(lambda: t.unit.nunique(), lambda d: (d,)),
    # a missing note is an empty one here
    distinct_note=(lambda: t.note.nunique(), lambda d: (d - int((t.note == "").any()),)),
    cumsum=(cumulative, lambda d: (len(d), d.c.sum())),
    write_csv=(lambda: t.to_csv(out, index=False), written),
)
for name in names.split(","):
    if name not in queries:
        continue
    run, check = queries[name]
    ms = []
    while len(ms) < int(reps) and (len(ms) < 2 or sum(ms) < 4000):
        result = None
        start = time.perf_counter()
        result = run()
        ms.append((time.perf_counter() - start) * 1000)
    print("ms", name, *("%.3f" % x for x in ms))
    print("is", name, *(int(x) for x in check(result)), flush=True)
if os.path.exists(out):
    os.remove(out)
