import { InvalidArgumentError, type Command } from 'commander';
import type { Database } from '../../sql/database.ts';
import { reader, type Reader, type Value } from '../../sql/read/query.ts';
import { explanation, type Explained } from '../explanation.ts';
import { Failure } from '../failure.ts';
import { openStore } from '../store.ts';
import { dataOption, pgPortOption, questdbOption, type StoreOptions } from './options.ts';

interface ExplainOptions extends StoreOptions {
  readonly run: string;
}

const LIVE = 'live';

const uuid = (given: string): string => {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(given)) throw new InvalidArgumentError('an id like 019ab0c4-7a1e-7c3d-9f2e-5d8c1b6a4f70 is wanted: exchange_id in exchanges, span_id in spans.');
  return given.toLowerCase();
};

/** `tapgraph explain`: why an exchange got its parent. */
export const addExplain = (program: Command): void => {
  program.command('explain')
    .summary('say why an exchange was given its parent')
    .description('Says which exchange is held to have caused this one, how sure that is and what decided, and what else was possible.')
    .argument('<exchange_id>', 'exchange_id of exchanges = span_id of spans', uuid)
    .option('--run <name>', 'the run that inferred it', LIVE)
    .addOption(questdbOption())
    .addOption(pgPortOption())
    .addOption(dataOption())
    .action(async (id: string, options: ExplainOptions) => {
      const database = await openStore(options);
      process.stdout.write(`${explanation(await explained(database, id, options.run))}\n`);
    });
};

const SPAN = `ts, ts::long AS ts_us, tenant, run, span_id, parent_id, trace_id, service, method, route, status, parent_service, duration_us,
  probability, evidence, runner_up_id, runner_up_probability`;

const explained = async (database: Database, id: string, run: string): Promise<Explained> => {
  const db = reader(database, { asAnalyst: true });
  try {
    const table = run === LIVE ? 'spans' : 'spans_lab';
    const [span] = (await db.query(`SELECT ${SPAN} FROM ${table} WHERE span_id = $1 AND run = $2`, [id, run])).rows;
    if (span === undefined) return await unknown(db, id, run);
    const { rows } = await db.query(
      'SELECT rank, parent_id, probability, scores FROM span_candidates WHERE ts = $1 AND span_id = $2 AND run = $3 AND probability > 0 ORDER BY rank',
      [Number(span['ts_us']), id, run]);
    const ids = [...new Set([span['parent_id'], span['runner_up_id'], ...rows.map((row) => row['parent_id'])].flatMap((one) => (typeof one === 'string' ? [one] : [])))];
    const parents = new Map<string, Readonly<Record<string, Value>>>();
    for (const one of ids) {
      const [parent] = (await db.query(`SELECT ${SPAN} FROM ${table} WHERE span_id = $1 AND run = $2`, [one, run])).rows;
      if (parent !== undefined) parents.set(one, parent);
    }
    return { span, candidates: rows, parents };
  } finally {
    await db.close();
  }
};

/** Of an exchange without a span: whether it is not inferred yet, inferred in another run, or not there at all. */
const unknown = async (db: Reader, id: string, run: string): Promise<never> => {
  const [stored] = (await db.query('SELECT ts FROM exchanges WHERE exchange_id = $1 LIMIT 1', [id])).rows;
  const runs = (await db.query('SELECT DISTINCT run FROM (SELECT run FROM spans WHERE span_id = $1 UNION SELECT run FROM spans_lab WHERE span_id = $1)', [id])).rows;
  if (runs.length > 0) throw new Failure(`run ${run} has no exchange ${id}; ${runs.map((row) => String(row['run'])).join(', ')} has`, 'give --run one of these');
  if (stored === undefined) throw new Failure(`there is no exchange ${id}`, 'SELECT exchange_id FROM exchanges lists them; it may be of another database (--questdb, --data), or past its retention');
  throw new Failure(`the exchange ${id} of ${String(stored['ts'])} is stored, but not inferred yet`, 'run `tapgraph infer`, or wait until the window it belongs to has closed');
};
