// duckdb.js FILE kept|free|five [sum] - the typed load of make bench-load by DuckDB, types inferred, the order of rows
// kept or free (with `five`, too: the faster way); `duckdb.js --version`
const [file, task, sum] = process.argv.slice(2);
const { DuckDBInstance, version } = require('@duckdb/node-api');

async function main() {
  if (file === '--version')
    return console.log('DuckDB', version(), 'on node', process.versions.node);
  const db = await DuckDBInstance.create(':memory:', {
    threads: process.env.BENCH_THREADS ?? '2',
    preserve_insertion_order: task === 'kept' ? 'true' : 'false',
  });
  const link = await db.connect();
  const columns = task === 'five' ? 'date, source, measure, best, credibility' : '*';
  await link.run(`create table t as select ${columns} from read_csv('${file.replaceAll("'", "''")}')`);
  const found = await link.runAndReadAll(`select count(*), ${sum ? 'sum(best)' : "''"}, any_value(typeof(date)) from t`);
  const [rows, total, type] = found.getRows()[0];
  if (type !== 'DATE') throw new Error('dates are not parsed');
  console.log(`${rows} ${total}`.trim());
}
main();
