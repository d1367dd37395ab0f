import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { asStored, type Exchange } from '../../sql/exchange.ts';
import type { Micros } from '../../sql/micros.ts';
import { NO_NAMES } from '../../sql/names.ts';
import type { Algorithm } from '../../udf/infer/algorithm.ts';
import { ALL_EVIDENCE, EVIDENCE, evidenceFrom, evidenceText, type EvidenceTerms } from '../../udf/infer/evidence.ts';
import { ALGORITHMS, algorithmNamed } from '../../udf/infer/registry.ts';
import { inferExchanges, parentLine } from '../../udf/offline/exchanges.ts';
import { inferTraceSetFile } from '../../udf/offline/file.ts';
import type { Shard } from '../../udf/service/shard.ts';
import { captureLine } from '../capture-line.ts';
import { inferStored, LATENESS_MS, WINDOW_SECONDS } from '../infer-stored.ts';
import { loadNames, namesOf } from '../names-file.ts';
import { untilStopped } from '../stop.ts';
import { openStore } from '../store.ts';
import { dataOption, moment, namesOption, number, pgPortOption, questdbOption, share, wholeNumber, type StoreOptions } from './options.ts';

interface InferOptions extends StoreOptions {
  readonly algorithm: { readonly name: string; readonly algorithm: Algorithm };
  readonly follow?: boolean;
  readonly from?: Micros;
  readonly to?: Micros;
  readonly run: string;
  readonly minConfidence: number;
  readonly evidence: EvidenceTerms;
  readonly tenant?: string;
  readonly names?: string;
  readonly input?: string;
  readonly captures?: string[];
  readonly output?: string;
  readonly window: number;
  readonly lateness: number;
  readonly shard?: Shard;
}

const MOST_SHARDS = 1_000;

const shardOf = (text: string): Shard => {
  const [index = NaN, of = NaN] = (/^\d{1,4}\/\d{1,4}$/.test(text) ? text.split('/') : []).map(Number);
  if (!(index >= 1 && index <= of && of <= MOST_SHARDS)) throw new InvalidArgumentError('i/n is wanted, as 1/4 to 4/4 of four processes.');
  return { index, of };
};

const LEAST_WINDOW_SECONDS = 0.1;

const chosen = (name: string): InferOptions['algorithm'] => {
  const algorithm = algorithmNamed(name);
  if (algorithm === null) throw new InvalidArgumentError(`one of ${Object.keys(ALGORITHMS).join(', ')} is wanted.`);
  return { name, algorithm };
};

const evidenceOf = (text: string): EvidenceTerms => {
  const terms = evidenceFrom(text);
  if (terms === null) throw new InvalidArgumentError(`timing, and with it any of ${EVIDENCE.slice(1).join(', ')}, joined by commas, is wanted.`);
  return terms;
};

export const DEFAULT_ALGORITHM = 'model';

export const algorithmOption = (): Option =>
  new Option('--algorithm <name>', `how causes are inferred: ${Object.keys(ALGORITHMS).join(', ')}`)
    .argParser(chosen).default(chosen(DEFAULT_ALGORITHM), DEFAULT_ALGORITHM);

/** `tapgraph infer`: which exchange caused which; over the database, or offline from a trace set or from captures. */
export const addInfer = (program: Command): void => {
  program.command('infer')
    .summary('infer which exchange caused which')
    .description(`Infers which exchange caused which.
Over the database it reads exchanges and writes spans: all there are, those of --from --to, or with --follow as they come.
Offline it needs no database: --input takes a trace set (CSV) and writes exchange,parent,confidence;
--captures takes capture files, one a tap, and writes one JSON object an exchange with its parent.`)
    .addOption(algorithmOption())
    .option('--follow', 'go on with new exchanges until stopped')
    .option('--from <time>', 'from this moment of packet time on', moment)
    .option('--to <time>', 'up to this moment of packet time', moment)
    .option('--run <name>', 'name of the run; any but live goes to spans_lab', 'live')
    .option('--min-confidence <share>', 'leave out parents less probable than this', share, 0)
    .addOption(new Option('--evidence <kinds>', 'what to go by: timing, token (values that flow), header (tracing headers), joined by commas')
      .argParser(evidenceOf).default(ALL_EVIDENCE, evidenceText(ALL_EVIDENCE)))
    .option('--tenant <name>', 'only this tenant')
    .option('--shard <i/n>', 'only the i-th of n parts of the tenants; n processes share the work', shardOf)
    .addOption(new Option('--input <file>', 'offline: a trace set, CSV, plain or gzip').conflicts(['captures', 'follow', 'from', 'to']))
    .addOption(new Option('--captures <files...>', 'offline: captures of one or several taps').conflicts(['follow']))
    .option('--output <file>', 'offline: where the result goes')
    .option('--window <seconds>', 'packet time inferred at once', number(LEAST_WINDOW_SECONDS, 600), WINDOW_SECONDS)
    .option('--lateness <ms>', 'wait this long for exchanges that come late before a window is inferred', wholeNumber(0, 600_000), LATENESS_MS)
    .addOption(namesOption())
    .addOption(questdbOption())
    .addOption(pgPortOption())
    .addOption(dataOption())
    .action(async (options: InferOptions, command: Command) => {
      const offline = options.input !== undefined || options.captures !== undefined;
      if (offline !== (options.output !== undefined)) command.error('error: --output goes with --input or --captures, and they with it');
      if (options.output === undefined) await overDatabase(options);
      else if (options.input !== undefined) inferTraceSetFile(options.input, options.output, options.algorithm.algorithm);
      else await overCaptures(options.captures ?? [], options.output, options);
    });
};

const overDatabase = async (options: InferOptions): Promise<void> => {
  const { signal } = untilStopped();
  await inferStored(await openStore(options), {
    algorithm: options.algorithm.name,
    follow: options.follow ?? false,
    run: options.run,
    minConfidence: options.minConfidence,
    evidence: options.evidence,
    names: namesOf(options.data, options.names),
    signal,
    windowSeconds: options.window,
    latenessMs: options.lateness,
    ...(options.shard !== undefined && { shard: options.shard }),
    ...(options.from !== undefined && { from: options.from }),
    ...(options.to !== undefined && { to: options.to }),
    ...(options.tenant !== undefined && { tenant: options.tenant }),
  });
};

const SALT_BYTES = 16;

const overCaptures = async (files: readonly string[], output: string, options: InferOptions): Promise<void> => {
  const exchanges: Exchange[] = [];
  // Nothing of it is kept, so nobody has to know the key again.
  const salt = randomBytes(SALT_BYTES).toString('hex');
  for (const file of files) {
    await captureLine(file, {
      options: { tenant: options.tenant ?? 'default', ...(options.names !== undefined && { names: options.names }) },
      salt,
      tokens: options.evidence.has('token'),
      streams: true,
      out: { push: (exchange) => { exchanges.push(asStored(exchange)); }, advance: () => {}, close: () => {} },
    });
  }
  const placed = inferExchanges(exchanges, {
    algorithm: options.algorithm.algorithm,
    evidence: options.evidence,
    names: options.names === undefined ? NO_NAMES : loadNames(options.names),
  });
  writeFileSync(output, placed.map((one) => `${parentLine(one)}\n`).join(''));
};
