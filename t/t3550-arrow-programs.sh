# Arrow from the command line, and files of ours in the hands of other programs: apache-arrow, Polars and DuckDB for node,
# pyarrow and Polars for Python, each where it is installed (BENCH_DIR/node, or wherever NODE_PATH says).
. "$T/lib.sh"

printf 'day,who,n,x,ok,at,note\n2025-01-13,a,1,0.5,true,2025-01-13T12:00:00Z,one\n,b,-2,,false,,two\n2025-01-15,a,,1e300,,2025-01-15T00:00:00.000001Z,\n2025-01-16,a,9007199254740993,-0.25,true,,four\n' >in.csv

# == the command line ==
exit_is 0 "CSV to an Arrow file" muster convert --to arrow in.csv out.arrow
is "$(head -c 6 out.arrow)" ARROW1 "is one"
exit_is 0 "CSV to an Arrow stream" muster convert --to arrows in.csv out.arrows
muster convert --to csv in.csv want.csv
for from in out.arrow out.arrows; do
	muster convert --to csv $from got.csv
	ok "$from and back" cmp want.csv got.csv
	muster convert --to csv - got.csv <$from
	ok "$from from a file as standard input" cmp want.csv got.csv
	cat $from | muster convert --to csv - got.csv
	ok "$from from a pipe" cmp want.csv got.csv
	muster convert --to arrow - - <$from | muster convert --to csv - got.csv
	ok "$from through two pipes" cmp want.csv got.csv
done
exit_is 2 "no types, no Arrow" muster convert --strings --to arrow in.csv -
exit_is 1 "an option for text" muster convert --lenient --to csv out.arrow -
like "$err" "option 'lenient' says how text is read" "is refused"
exit_is 0 "describe" muster describe out.arrow
like "$out" "^out.arrow: a plain table, 4 rows, 7 columns, Arrow$" "says what it is"
like "$out" "^day +date +1  2025-01-13 to 2025-01-16" "and what is in it"
exit_is 1 "check" muster check out.arrow
like "$err" "out.arrow: error: this is an Arrow file, which is checked whenever it is read; check reads CSV" "says no"
exit_is 1 "check --json" muster check --json out.arrow
like "$out" '"errors":\[\{"line":null,"column":null,"field":null,"message":"this is an Arrow file' "too"
exit_is 1 "a kind" muster describe --kind casualties out.arrow
like "$err" "this is an Arrow IPC file, not CSV" "reads CSV"
head -c 500 out.arrow >cut.arrow
printf 'old' >keep.csv
exit_is 1 "a cut file" muster convert --to csv cut.arrow keep.csv
is "$(cat keep.csv)" old "leaves what was there"

# == other programs: each prints want.txt, or says which value is wrong ==
cat >want.txt <<'TXT'
4 rows: day who n x ok at note
20101 a 1 0.5 true 1736769600000000 one
- b -2 - false - two
20103 a - 1e+300 - 1736899200000001 -
20104 a 9007199254740993 -0.25 true - four
TXT
export NODE_PATH="${BENCH_DIR:-/tmp/bench}/node/node_modules:${NODE_PATH:-}"

cat >arrow.js <<'JS'
const { tableFromIPC } = require("apache-arrow");
const t = tableFromIPC(require("fs").readFileSync(process.argv[2]));
const day = v => v === null ? "-" : String(Number(v) / 86400000);
const micros = (column, i) => column.isValid(i) ? String(column.data[0].values[i]) : "-";
const text = v => v === null ? "-" : String(v);
console.log(t.numRows + " rows: " + t.schema.fields.map(f => f.name).join(" "));
const at = t.getChild("at");
for (let i = 0; i < t.numRows; i++) {
  const v = name => t.getChild(name).get(i);
  console.log([day(v("day")), text(v("who")), text(v("n")), text(v("x")), text(v("ok")), micros(at, i), text(v("note"))].join(" "));
}
JS
cat >polars.js <<'JS'
const pl = require("nodejs-polars"), bytes = require("fs").readFileSync(process.argv[2]);
const t = process.argv[2].endsWith("s") ? pl.readIPCStream(bytes) : pl.readIPC(bytes);
const text = v => v === null ? "-" : String(v);
const ints = s => s.cast(pl.Int64).cast(pl.Utf8).toArray().map(text);
console.log(t.height + " rows: " + t.columns.join(" "));
const day = t.getColumn("day").cast(pl.Int32).toArray().map(text), n = ints(t.getColumn("n")), at = ints(t.getColumn("at"));
const who = t.getColumn("who").cast(pl.Utf8).toArray(), x = t.getColumn("x").toArray(), ok = t.getColumn("ok").toArray();
const note = t.getColumn("note").cast(pl.Utf8).toArray();
for (let i = 0; i < t.height; i++)
  console.log([day[i], text(who[i]), n[i], text(x[i]), text(ok[i]), at[i], text(note[i])].join(" "));
JS
cat >pyarrow.py <<'PY'
import sys, pyarrow as pa, pyarrow.ipc as ipc
path = sys.argv[1]
t = (ipc.open_stream if path.endswith("s") else ipc.open_file)(open(path, "rb")).read_all()
t.validate(full=True)
print(t.num_rows, "rows:", *t.column_names)
cols = [t["day"].cast(pa.int32()), t["who"], t["n"], t["x"], t["ok"], t["at"].cast(pa.int64()), t["note"]]
def text(v):
    return "-" if v is None else str(v).lower() if isinstance(v, bool) else str(v)
for row in zip(*[c.to_pylist() for c in cols]):
    print(*map(text, row))
PY
cat >polars.py <<'PY'
import sys, polars as pl
path = sys.argv[1]
t = pl.read_ipc_stream(path) if path.endswith("s") else pl.read_ipc(path, memory_map=False)
print(t.height, "rows:", *t.columns)
def text(v):
    return "-" if v is None else str(v).lower() if isinstance(v, bool) else str(v)
t = t.with_columns(pl.col("day").cast(pl.Int32), pl.col("at").cast(pl.Int64))
for row in t.iter_rows():
    print(*map(text, row))
PY
# DuckDB reads Arrow by an extension that has to be installed
cat >duckdb.js <<'JS'
const { DuckDBInstance } = require("@duckdb/node-api");
(async () => {
  const db = await (await DuckDBInstance.create(":memory:")).connect();
  await db.run("load nanoarrow");
  const r = await db.runAndReadAll("select count(*), sum(n)::varchar from read_arrow('" + process.argv[2] + "')");
  console.log(r.getRows()[0].join(" "));
})().catch(() => process.exit(3));
JS

reads() { # WHAT COMMAND...
	r_what=$1 && shift
	for r_file in out.arrow out.arrows; do
		"$@" $r_file >said.txt 2>said.err
		ok "$r_what reads $r_file as it is" diff want.txt said.txt
	done
}

if node -e 'require("apache-arrow")' 2>/dev/null; then reads apache-arrow node arrow.js; else skip "no apache-arrow for node here" "apache-arrow"; fi
if node -e 'require("nodejs-polars")' 2>/dev/null; then reads Polars node polars.js; else skip "no nodejs-polars here" "Polars"; fi
if python3 -c 'import pyarrow' 2>/dev/null; then reads pyarrow python3 pyarrow.py; else skip "no pyarrow here" "pyarrow"; fi
if python3 -c 'import polars' 2>/dev/null; then reads "Polars for Python" python3 polars.py; else skip "no Polars for Python here" "Polars for Python"; fi
if node duckdb.js out.arrows >said.txt 2>/dev/null; then
	is "$(cat said.txt)" "4 9007199254740992" "DuckDB reads a stream"
else
	skip "no DuckDB with its Arrow extension here" "DuckDB"
fi

# a quantity is a struct to others, and one that Polars can read
muster -e 'muster.table{ q = { muster.quantity{ best = 5, qualifier = "at_least" }, muster.quantity{ best = 2 } } }:write "q.arrow"'
is "$(muster convert --to csv q.arrow - | tr -d '\r')" 'q
>= 5
2' "a quantity comes back"
if node -e 'require("nodejs-polars")' 2>/dev/null; then
	is "$(node -e 'const t = require("nodejs-polars").readIPC(require("fs").readFileSync("q.arrow")); console.log(t.row(0)[0].low, t.row(0)[0].kind, t.row(1)[0].high)')" \
		"5 at_least 2" "Polars sees a struct"
	node -e 'const pl = require("nodejs-polars");
const t = pl.DataFrame({ n: [1, null, 3], s: ["short", null, "a text that is longer than twelve bytes"], c: ["a", "b", "a"] }).withColumn(pl.col("c").cast(pl.Categorical));
for (const compression of ["uncompressed", "lz4", "zstd"]) t.writeIPC(compression + ".arrow", { compression });'
	for packed in uncompressed lz4 zstd; do
		is "$(muster convert --to jsonl $packed.arrow - 2>&1)" '{"n":1,"s":"short","c":"a"}
{"n":null,"s":null,"c":"b"}
{"n":3,"s":"a text that is longer than twelve bytes","c":"a"}' "a file of Polars, $packed"
	done
else
	skip "no nodejs-polars here" "files of Polars"
fi
done_testing
