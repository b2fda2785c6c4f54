// duckdb-query.js memory FILE UNITS OUT NAMES REPS, or scan FILE - the queries of make bench-query by DuckDB
const [task, file, units, out, list, reps] = process.argv.slice(2);
const { DuckDBInstance } = require('@duckdb/node-api'), fs = require('fs');
const quoted = text => `'${text.replaceAll("'", "''")}'`;
const reader = name => `read_csv(${quoted(name)}, header = true, columns = {'event_id': 'INTEGER', 'date': 'DATE', 'source': 'VARCHAR', 'region': 'VARCHAR',
  'unit': 'VARCHAR', 'measure': 'VARCHAR', 'low': 'INTEGER', 'best': 'INTEGER', 'high': 'INTEGER', 'lat': 'DOUBLE', 'lon': 'DOUBLE',
  'credibility': 'TINYINT', 'note': 'VARCHAR'})`;
const wanted = `where date >= date '2024-01-01' and credibility <= 3`;
const best = 'count(best) n, sum(best) s, avg(best) m';
const squares = 'sum(s::hugeint * s)';
const groups = `count(*), sum(n), sum(s), ${squares}, round(sum(m * n))::bigint from r`;
// At 101 places from the first row to the last.
const places = what => `(select count(*) from r), (select sum((k + 1) * (${what})) from r join
  (select k, ((k * ((select count(*) from r) - 1)) // 100) place from range(101) x(k)) on r.rowid = place)`;
const group = keys => [`select ${keys}, ${best} from t group by all`, groups];
const queries = {
  filter: [`select * from t ${wanted}`, 'count(*), sum(best), sum(event_id) from r'],
  filter_sum: [`select sum(best) s from t ${wanted}`, 's from r'],
  group_source: group('source'),
  group_measure: group('source, measure'),
  group_unit: group('unit'),
  group_month: group(`source, date_trunc('month', date)`),
  join_agg: ['select branch, parent, count(best) n, sum(best) s from t join u using (unit) group by all', `count(*), sum(n), sum(s), ${squares} from r`],
  join_keep: ['select event_id, best, branch, strength from t join u using (unit)', 'count(*), sum(event_id), sum(best * strength) from r'],
  sort_all: ['select * from t order by date, event_id', places('r.event_id + r.best')],
  sort_two: ['select event_id, date from t order by date, event_id', places('r.event_id')],
  distinct_unit: ['select count(distinct unit) n from t', 'n from r'],
  distinct_note: ['select count(distinct note) n from t', 'n from r'],
  cumsum: [`select event_id, sum(best) over (partition by source order by date, event_id rows unbounded preceding) c from t`,
    'count(*), sum(c) from r'],
  write_csv: [`copy t to ${quoted(`${out}/duckdb.csv`)} (header)`, 'count(*), sum(best), sum(round(lat * 1e5)::bigint), count(*) - count(note) from r',
    `select * from ${reader(`${out}/duckdb.csv`)}`],
};

async function main() {
  const db = await DuckDBInstance.create(':memory:', { threads: process.env.BENCH_THREADS ?? '2' });
  const link = await db.connect();
  // results stay in memory as they are: faster than as tables
  const row = async sql => (await link.runAndReadAll(sql)).getRows()[0].map(String).join(' ');
  if (task === 'scan')
    return console.log('is scan', await row(`with r as (select source, measure, ${best} from ${reader(file)} ${wanted} group by all) select ${groups}`));
  await link.run(`create table t as select * from ${reader(file)}`);
  await link.run(`create table u as select * from read_csv(${quoted(units)})`);
  for (const name of list.split(',')) {
    if (!queries[name]) continue;
    const [sql, check, from] = queries[name], ms = [];
    let result = null, spent = 0;
    while (ms.length < +reps && (ms.length < 2 || spent < 4000)) {
      result = null;
      global.gc?.();
      const start = process.hrtime.bigint();
      result = await link.run(sql);
      ms.push(Number(process.hrtime.bigint() - start) / 1e6);
      spent += ms.at(-1);
    }
    console.log('ms', name, ...ms.map(x => x.toFixed(3)));
    await link.run(`create or replace table r as ${from ?? sql}`);
    console.log('is', name, await row(`select ${check}`));
  }
  fs.rmSync(`${out}/duckdb.csv`, { force: true });
}
main();
