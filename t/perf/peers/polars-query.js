// polars-query.js memory FILE UNITS OUT NAMES REPS, or scan FILE - the queries of make bench-query by polars; strings are strings
const [task, file, units, out, list, reps] = process.argv.slice(2);
process.env.POLARS_MAX_THREADS ??= process.env.BENCH_THREADS ?? '2';
const pl = require('nodejs-polars'), fs = require('fs');
const { Int32, Utf8, Float64, col } = pl;
const schema = { event_id: Int32, date: pl.Date, source: Utf8, region: Utf8, unit: Utf8, measure: Utf8, low: Int32, best: Int32,
  high: Int32, lat: Float64, lon: Float64, credibility: Int32, note: Utf8 };
const from = pl.lit(new Date('2024-01-01T00:00:00Z')).cast(pl.Date);
const wanted = col('date').gtEq(from).and(col('credibility').ltEq(3));
const best = [col('best').count().alias('n'), col('best').sum().alias('s'), col('best').mean().alias('m')];
const wide = name => col(name).cast(pl.Int64);
const one = (d, ...exprs) => d.select(...exprs.map((e, k) => e.alias(String(k)))).row(0).map(String).join(' ');

const groups = d => `${d.height} ${one(d, wide('n').sum(), wide('s').sum(), wide('s').mul(wide('s')).sum(),
  col('m').mul(col('n')).sum().round(0).cast(pl.Int64))}`;
// At 101 places from the first row to the last.
function places(d, ...names) {
  let sum = 0;
  for (let k = 0; k <= 100; k++) {
    const row = Math.floor(k * (d.height - 1) / 100);
    for (const name of names) sum += (k + 1) * Number(d.getColumn(name).get(row));
  }
  return `${d.height} ${sum}`;
}
const written = d => `${d.height} ${one(d, wide('best').sum(), col('lat').mul(1e5).round(0).cast(pl.Int64).sum(), col('note').nullCount())}`;

if (task === 'scan') {
  // faster than dates in the schema
  const date = col('date').str.strptime(pl.Date, '%Y-%m-%d');
  const d = pl.scanCSV(file, { schema: { ...schema, date: Utf8 } }).filter(date.gtEq(from).and(col('credibility').ltEq(3)))
    .groupBy(['source', 'measure']).agg(...best).collectSync({ engine: 'streaming' });
  console.log('is scan', groups(d));
  process.exit();
}

const t = pl.readCSV(file, { schema }), u = pl.readCSV(units);
const grouped = (...keys) => () => t.lazy().groupBy(keys).agg(...best).collectSync();
const queries = {
  filter: [() => t.filter(wanted), d => `${d.height} ${one(d, wide('best').sum(), wide('event_id').sum())}`],
  filter_sum: [() => t.lazy().filter(wanted).select(wide('best').sum()).collectSync(), d => String(d.row(0)[0])],
  group_source: [grouped('source'), groups],
  group_measure: [grouped('source', 'measure'), groups],
  group_unit: [grouped('unit'), groups],
  group_month: [() => t.lazy().select(col('source'), col('best'), col('date').dt.year().alias('year'), col('date').dt.month().alias('month'))
    .groupBy(['source', 'year', 'month']).agg(...best).collectSync(), groups],
  join_agg: [() => t.lazy().join(u.lazy(), { on: 'unit', how: 'inner' }).groupBy(['branch', 'parent']).agg(...best.slice(0, 2)).collectSync(),
    d => `${d.height} ${one(d, wide('n').sum(), wide('s').sum(), wide('s').mul(wide('s')).sum())}`],
  join_keep: [() => t.lazy().join(u.lazy(), { on: 'unit', how: 'inner' }).select('event_id', 'best', 'branch', 'strength').collectSync(),
    d => `${d.height} ${one(d, wide('event_id').sum(), wide('best').mul(wide('strength')).sum())}`],
  sort_all: [() => t.sort(['date', 'event_id']), d => places(d, 'event_id', 'best')],
  sort_two: [() => t.select('event_id', 'date').sort(['date', 'event_id']), d => places(d, 'event_id')],
  distinct_unit: [() => t.lazy().select(col('unit').nUnique()).collectSync(), d => String(d.row(0)[0])],
  // missing notes are one of its values
  distinct_note: [() => t.lazy().select(col('note').nUnique()).collectSync(), d => String(d.row(0)[0] - 1)],
  cumsum: [() => t.lazy().select('source', 'date', 'event_id', 'best').sort(['date', 'event_id'])
    .select(col('event_id'), wide('best').cumSum().over('source').alias('c')).collectSync(), d => `${d.height} ${one(d, col('c').sum())}`],
  write_csv: [() => t.writeCSV(`${out}/polars.csv`), () => written(pl.readCSV(`${out}/polars.csv`, { schema }))],
  write_arrow: [() => t.writeIPC(`${out}/polars.ipc`, { compression: 'uncompressed' }), () => written(pl.readIPC(`${out}/polars.ipc`))],
};
for (const name of list.split(',')) {
  if (!queries[name]) continue;
  const [run, check] = queries[name], ms = [];
  let result = null, spent = 0;
  while (ms.length < +reps && (ms.length < 2 || spent < 4000)) {
    result = null;
    global.gc?.();
    const start = process.hrtime.bigint();
    result = run();
    ms.push(Number(process.hrtime.bigint() - start) / 1e6);
    spent += ms.at(-1);
  }
  console.log('ms', name, ...ms.map(x => x.toFixed(3)));
  console.log('is', name, check(result));
}
for (const name of ['polars.csv', 'polars.ipc']) fs.rmSync(`${out}/${name}`, { force: true });
