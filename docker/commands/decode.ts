import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { captureLine, type CaptureOptions, withCaptureOptions } from '../capture-line.ts';
import { jsonLines } from '../json-lines.ts';
import { statistics, withoutExchange } from '../statistics.ts';
import { lineWriter } from '../terminal/lines.ts';
import { encodedLines } from '../threads/lines.ts';
import { startTeam } from '../threads/team.ts';

interface DecodeOptions extends CaptureOptions {
  readonly stats?: boolean;
}

/** `tapgraph decode`: captures in, one JSON object an exchange out, no database. */
export const addDecode = (program: Command): void => {
  withCaptureOptions(program.command('decode'))
    .summary('print the HTTP exchanges of captures as JSON Lines')
    .description('Prints the HTTP exchanges of pcap or pcapng files (plain, gzip or zstd; - = standard input) as JSON Lines.\nKeys are the columns of the table exchanges, times are epoch µs, rows come in the order in which exchanges end.')
    .option('--stats', 'print on standard error what was counted, and what became no exchange and why')
    .action(async (files: string[], options: DecodeOptions) => {
      const out = lineWriter(process.stdout);
      const salt = randomBytes(16).toString('hex');
      const { threads = 1 } = options;
      const team = threads > 1 ? startTeam(threads) : null;
      const lines = jsonLines(out.write);
      const rows = team === null ? lines : { team, form: 'json' as const, rows: encodedLines(out.write) };
      const unread = new AbortController();
      const ready = async (): Promise<void> => {
        lines.flush();
        await out.ready();
        if (out.closed()) unread.abort();
      };
      try {
        for (const file of files) {
          const counted = await captureLine(file, { options, salt, ageUs: Infinity, anyTime: true, out: rows, ready, signal: unread.signal });
          if (options.stats === true) process.stderr.write(statistics(file, counted));
          if (out.closed()) return;
          process.stderr.write(withoutExchange(file, counted));
        }
        await out.end();
      } finally {
        await team?.end();
      }
    });
};
