// polars.js FILE inferred|declared|five [sum] - the typed load of make bench-load by polars; `polars.js --version`
const [file, task, sum] = process.argv.slice(2);
process.env.POLARS_MAX_THREADS ??= process.env.BENCH_THREADS ?? '2';
const pl = require('nodejs-polars');

if (file === '--version') {
  console.log('nodejs-polars', require('nodejs-polars/package.json').version, 'on node', process.versions.node);
  process.exit();
}
const { Int32, Utf8, Float64 } = pl;
const options = {
  inferred: { tryParseDates: true },
  declared: { schema: { event_id: Int32, date: pl.Date, source: Utf8, region: Utf8, unit: Utf8, measure: Utf8, low: Int32,
    best: Int32, high: Int32, lat: Float64, lon: Float64, credibility: Int32, note: Utf8 } },
  five: { tryParseDates: true, columns: ['date', 'source', 'measure', 'best', 'credibility'] },
};
const t = pl.readCSV(file, options[task]);
if (t.getColumn('date').dtype.toString() !== pl.Date.toString()) throw new Error('dates are not parsed');
console.log(...(sum ? [t.height, t.getColumn('best').sum()] : [t.height]));
