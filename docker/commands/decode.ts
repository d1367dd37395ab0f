import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { Exchange } from '../../sql/exchange.ts';
import { captureLine, type CaptureOptions, withCaptureOptions } from '../capture-line.ts';
import { lineWriter } from '../terminal/lines.ts';

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
      for (const file of files) {
        const counted = await captureLine(file, {
          options,
          salt,
          ageUs: Infinity,
          anyTime: true,
          out: {
            push: (exchange: Exchange) => out.write(JSON.stringify(exchange)),
            advance: () => {},
            close: () => {},
          },
          ready: out.ready,
        });
        if (options.stats === true) process.stderr.write(statistics(file, counted));
        if (out.closed()) return;
      }
      await out.end();
    });
};

const statistics = (file: string, counted: Readonly<Record<string, number>>): string => {
  const rows = Object.entries(counted).filter(([, n]) => n !== 0);
  const width = Math.max(...rows.map(([name]) => name.length), 0);
  return `${file}\n${rows.map(([name, n]) => `  ${name.padEnd(width)}  ${n.toLocaleString('en')}`).join('\n')}\n`;
};
