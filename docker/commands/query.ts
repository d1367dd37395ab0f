import { Option, type Command } from 'commander';
import { query, type QueryResult, type Value } from '../../sql/read/query.ts';
import { openStore } from '../store.ts';
import { textTable } from '../terminal/table.ts';
import { dataOption, pgPortOption, questdbOption, type StoreOptions } from './options.ts';

interface QueryOptions extends StoreOptions {
  readonly csv?: boolean;
  readonly json?: boolean;
}

/** `tapgraph query`: one statement as the read-only analyst, as a table, CSV or JSON Lines. */
export const addQuery = (program: Command): void => {
  program.command('query')
    .summary('run a SQL statement and print its rows')
    .description('Runs a SQL statement as the read-only user and prints its rows, for example\n  tapgraph query "SELECT caller, callee, calls, p95_us FROM call_graph"')
    .argument('<sql>', 'the statement')
    .addOption(new Option('--csv', 'print CSV (RFC 4180) with a head line').conflicts('json'))
    .addOption(new Option('--json', 'print JSON Lines'))
    .addOption(questdbOption())
    .addOption(pgPortOption())
    .addOption(dataOption())
    .action(async (sql: string, options: QueryOptions) => {
      const result = await query(await openStore(options), sql, [], { asAnalyst: true });
      process.stdout.write(options.csv === true ? csv(result) : options.json === true ? jsonLines(result) : `${table(result)}\n`);
    });
};

const cell = (value: Value | undefined): string => (value === null || value === undefined ? '' : String(value));

const table = ({ columns, rows }: QueryResult): string => {
  const text = textTable({
    head: columns.map(({ name }) => name),
    rows: rows.map((row) => columns.map(({ name }) => shown(row[name]))),
    right: new Set(columns.flatMap(({ name }, at) => (rows.some((row) => typeof row[name] === 'number') ? [at] : []))),
  });
  return `${text}\n(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`;
};

const shown = (value: Value | undefined): string =>
  typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : cell(value);

const quote = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const csv = ({ columns, rows }: QueryResult): string =>
  [columns.map(({ name }) => quote(name)), ...rows.map((row) => columns.map(({ name }) => quote(cell(row[name]))))]
    .map((line) => `${line.join(',')}\r\n`).join('');

const jsonLines = ({ rows }: QueryResult): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
