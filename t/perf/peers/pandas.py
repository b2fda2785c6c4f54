# pandas.py FILE all|five [sum] - the typed load of make bench-load by pandas: its C parser, names as categories, which
# is faster than as objects; `pandas.py --version`
import sys
sys.path.pop(0)  # where this file lies: it is itself called pandas
import pandas

if sys.argv[1] == "--version":
    print("pandas", pandas.__version__, "on Python", sys.version.split()[0])
    sys.exit()
types = dict(event_id="int32", source="category", region="category", unit="category", measure="category", low="int32",
             best="int32", high="int32", lat="float64", lon="float64", credibility="int8", note=str)
five = ["date", "source", "measure", "best", "credibility"] if sys.argv[2] == "five" else None
t = pandas.read_csv(sys.argv[1], engine="c", dtype=types, usecols=five, parse_dates=["date"], infer_datetime_format=True,
                    keep_default_na=False)
assert t.date.dtype.kind == "M", "dates are not parsed"
print(len(t), *([t.best.sum()] if len(sys.argv) > 3 else []))
