import { pino } from 'pino';
import { Counter, Gauge, Registry } from 'prom-client';
import { processRegistry } from '../udf/http/metrics.ts';
import { metricsServer } from '../udf/http/server.ts';
import type { IngestCounts, IngestMetrics } from './metrics.ts';

/** What the writer holds now; everything else that it counts are totals. */
const HELD: Readonly<Record<string, string>> = {
  rows_held: 'Rows in memory that QuestDB has not acknowledged.',
  spill_rows: 'Rows on disk that QuestDB has not taken yet.',
  spill_bytes: 'Bytes on disk of rows that QuestDB has not taken yet.',
  spill_files: 'Files on disk of rows that QuestDB has not taken yet.',
  spill_limit_bytes: 'Bytes that rows on disk may take (--max-spill-mb); beyond it reading waits.',
};

const TOTALS: Readonly<Record<string, string>> = {
  rows_pushed: 'Exchanges handed to the writer.',
  rows_written: 'Exchanges that QuestDB has acknowledged.',
  rows_refused: 'Rows that QuestDB refused, kept in refused-rows.jsonl with the reason.',
  rows_refused_not_kept: 'Refused rows that could not be put into refused-rows.jsonl.',
  rows_spilled: 'Rows put on disk because QuestDB did not take them.',
  rows_spilled_unreadable: 'Rows on disk that could not be read again.',
  rows_adopted: 'Rows that a killed writer had left on disk.',
  requests: 'Requests that QuestDB has acknowledged.',
  requests_repeated: 'Requests sent again because nobody knew what had become of them.',
  tables_suspended: 'Times that QuestDB had stopped to apply the rows of a table.',
};

/** Serves what a process that ingests counts, as Prometheus reads it, on the loopback address; resolves when it listens. */
export const startMetrics = async (port: number): Promise<IngestMetrics & { readonly url: string; close(): Promise<void> }> => {
  const process = processRegistry();
  const watched = new Set<{ readonly tap: string; look: () => IngestCounts }>();
  const server = await metricsServer({ port, registries: () => [process, countsOf(watched)], log: pino({ name: 'tapgraph', level: 'warn' }, pino.destination(2)) });
  return {
    url: server.url,
    close: server.close,
    watch: (tap, look) => {
      const one = { tap, look };
      watched.add(one);
      return () => {
        const last = look();
        one.look = () => last;
      };
    },
  };
};

/** Several captures may have one tap. */
const countsOf = (captures: Iterable<{ readonly tap: string; readonly look: () => IngestCounts }>): Registry => {
  const registry = new Registry();
  for (const { tap, look } of captures) {
    const { decoder, writer } = look();
    for (const [counter, total] of Object.entries(decoder)) {
      counterOf(registry, 'tapgraph_decoder_total', 'What decoding has counted, by the names in ingest/README.md.', ['tap', 'counter']).inc({ tap, counter }, total);
    }
    for (const [name, value] of Object.entries(writer)) {
      const held = HELD[name];
      if (held !== undefined) gaugeOf(registry, `tapgraph_writer_${name}`, held).inc({ tap }, value);
      else counterOf(registry, `tapgraph_writer_${name}_total`, TOTALS[name] ?? 'Counted by the writer under this name, see sql/README.md.', ['tap']).inc({ tap }, value);
    }
  }
  return registry;
};

const counterOf = (registry: Registry, name: string, help: string, labelNames: readonly string[]): Counter => {
  const found = registry.getSingleMetric(name);
  return found instanceof Counter ? found : new Counter({ name, help, labelNames, registers: [registry] });
};

const gaugeOf = (registry: Registry, name: string, help: string): Gauge => {
  const found = registry.getSingleMetric(name);
  return found instanceof Gauge ? found : new Gauge({ name, help, labelNames: ['tap'], registers: [registry] });
};
