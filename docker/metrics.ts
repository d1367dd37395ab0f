import { log } from './log.ts';

type Counted = Readonly<Record<string, number>>;

/** What ingesting one capture has counted so far. */
export interface IngestCounts {
  /** Of decoding, by the names in ingest/README.md. */
  readonly decoder: Counted;
  /** Of writing, by the names in sql/README.md. */
  readonly writer: Counted;
}

/** Where the captures of a process say what they count. */
export interface IngestMetrics {
  /** From now on `look` is asked at each scrape, until the function returned is called; what it said last stays in the totals. */
  watch(tap: string, look: () => IngestCounts): () => void;
}

/** Nobody asks. */
export const NO_METRICS: IngestMetrics = { watch: () => () => {} };

/** Does the work while metrics are served at that port; without a port, alone. */
export const withMetrics = async (port: number | undefined, work: (metrics: IngestMetrics) => Promise<void>): Promise<void> => {
  if (port === undefined) { await work(NO_METRICS); return; }
  // Its packages take longer to load than most captures to read.
  const { startMetrics } = await import('./metrics-server.ts');
  const server = await startMetrics(port);
  log(`metrics at ${server.url}/metrics`);
  try {
    await work(server);
  } finally {
    await server.close();
  }
};
