// What the packets of each application capture, or the times of each trace set, hold: the model's own likelihood with delays, order and
// values' reliability fitted on the truth of the same exchanges, and the parents that its search then finds.
//   node test/score/oracle.mjs [--sets bi15,hr20,media100] [--evidence timing] [--json]
// `held` fits what it uses in each fifth of the time on the truth of the other four: what a model that is right, but has not
// seen these very exchanges, would find. The truth lies between: `oracle` has learnt the answers, `held` has less to learn from.
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { load } from './load.mjs';

const SETS = new URL('../../../shared/apps/', import.meta.url).pathname;
const TRACES = new URL('../../../shared/traces/', import.meta.url).pathname;
const { values } = parseArgs({ options: { sets: { type: 'string', default: 'bi15,fed15,hr20,hr60' }, evidence: { type: 'string', default: 'timing,token,header' }, json: { type: 'boolean' } } });
const evidence = new Set(values.evidence.split(','));
const SLACK_US = 2000;

const product = await load(
  'udf/offline/exchanges.ts', 'udf/offline/csv.ts', 'udf/infer/model/model.ts', 'udf/infer/model/learn.ts', 'udf/infer/model/infer.ts', 'udf/infer/model/frame.ts', 'udf/infer/model/fit.ts', 'udf/infer/model/pool.ts',
  'udf/infer/model/links.ts', 'udf/infer/model/strength.ts', 'ingest/pipeline.ts', 'ingest/capture/file.ts', 'sql/counters.ts', 'sql/exchange.ts',
);
const digest = (id) => createHmac('sha256', 'score').update(id).digest('hex').slice(0, 32);

const exchangesOf = async (set) => {
  const exchanges = [];
  const out = { push: (exchange) => { exchanges.push(product.asStored(exchange)); }, advance: () => {}, close: () => {} };
  for (const file of readdirSync(SETS).filter((f) => f === `${set}.pcap.gz` || (f.startsWith(`${set}-`) && f.endsWith('.pcap.gz')))) {
    const line = product.exchangePipeline(out, {
      tenant: 'default', tap: basename(file, '.pcap.gz'), digest, counters: product.counters(), streams: true, ...(evidence.has('token') && { tokenKey: [0x7461_7067, 0x7261_7068] }),
    });
    await product.readCapture(join(SETS, file), line, {});
    line.close();
  }
  return exchanges;
};

/** The true parent of each exchange, by id; null = a root, absent = not in the truth. */
const truthOf = (set, merged) => {
  const byPlace = new Map();
  for (const { exchange, client, id } of merged) {
    const place = `${exchange.client_ip}:${exchange.client_port} ${exchange.server_ip}:${exchange.server_port}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), { at: client.start, stream: exchange.stream, id }]);
  }
  const idOf = ({ client, server, t_req_us: at, stream }) => {
    const near = (byPlace.get(`${client} ${server}`) ?? []).filter((one) => Math.abs(one.at - at) <= SLACK_US && (stream === null || stream === undefined || one.stream === undefined || one.stream === stream));
    return near.toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0]?.id ?? null;
  };
  const lines = gunzipSync(readFileSync(join(SETS, `${set}.truth.jsonl.gz`))).toString().trim().split('\n').map((line) => JSON.parse(line));
  return new Map(lines.filter(({ truth }) => truth !== 'ambiguous').map((one) => [idOf(one), one.parent === null ? null : idOf(one.parent)]));
};

/** Who has which calls by the truth, as a search would have found it. */
const trueState = (window, truth) => {
  const places = new Map(window.served.map(({ id }, p) => [id, p]));
  const owner = Int32Array.from(window.calls, ({ id }) => places.get(truth.get(id)) ?? -1);
  const lists = window.served.map(() => []);
  owner.forEach((p, c) => { if (p >= 0) lists[p].push(c); });
  return { owner, lists };
};

/** What is learnt where the truth is given: everything that is fitted is fitted to it, the rest is as the model learns it. */
const fitted = (window, truth) => {
  const learnt = product.learn(window);
  const wide = product.frameOf(window, learnt.vocabulary);
  const state = trueState(window, truth);
  let links = product.findLinks(wide);
  for (let round = 0; round < 3; round++) links = product.measured(wide, links, state);
  return { ...learnt, links, shape: { ...product.withPools(product.fitShape(wide, learnt.shape.grid, state, learnt.shape.parentKinds, learnt.shape.callKinds), learnt.shape.pools), queue: learnt.shape.queue } };
};

const FOLDS = 5;
const without = (window, { from, to }) => {
  const kept = ({ start }) => start < from || start >= to;
  return { ...window, served: window.served.filter(kept), calls: window.calls.filter(kept) };
};

const oracle = (truth, held) => () => ({
  assign: (window) => {
    if (window.calls.length === 0 || window.served.length === 0) return [];
    if (!held) return product.infer(window, fitted(window, truth)).assignments;
    const cut = (i) => (i === 0 ? 0 : window.calls[Math.floor(i * window.calls.length / FOLDS)]?.start ?? Infinity);
    return Array.from({ length: FOLDS }, (_, i) => ({ from: cut(i), to: cut(i + 1) }))
      .flatMap((own) => (own.to > own.from ? product.infer(window, fitted(without(window, own), truth), own).assignments : []));
  },
});

/** Edges right and the calibration error, of what an algorithm finds in an application capture. */
const captureScorer = async (set) => {
  const exchanges = await exchangesOf(set);
  let truth = null;
  return { scored: (algorithm) => {
    const found = product.inferExchanges(exchanges, { algorithm: () => algorithm(truth), evidence: new Set([...evidence].filter((one) => one !== 'header')) });
    truth ??= truthOf(set, found.map(({ exchange }) => exchange));
    const bins = Array.from({ length: 20 }, () => [0, 0]);
    let [edges, right] = [0, 0];
    for (const { exchange, parent, probability } of found) {
      const wanted = truth.get(exchange.id) ?? null;
      if (wanted === null) continue;
      const good = parent?.id === wanted;
      edges++;
      right += good;
      const bin = bins[Math.min(19, Math.floor(probability * 20))];
      bin[0] += probability;
      bin[1] += good;
    }
    return { edges_all: Number((100 * right / edges).toFixed(2)), ece: Number((bins.reduce((sum, [sure, good]) => sum + Math.abs(sure - good), 0) / edges).toFixed(4)) };
  } };
};

/** The same of a trace set, and traces_tw. */
const traceScorer = (set) => {
  const text = gunzipSync(readFileSync(join(TRACES, `${set}.csv.gz`))).toString();
  const truth = new Map(text.trim().split('\n').slice(1).map((line) => line.split(',')).map(([id, parent]) => [id, parent === '' ? null : parent]));
  return { scored: (algorithm) => {
    const work = mkdtempSync(join(tmpdir(), 'tapgraph-oracle-'));
    try {
      writeFileSync(join(work, 'found.csv'), product.inferTraceSet(text, set, () => algorithm(truth)));
      const { edges_all, ece, traces_tw } = JSON.parse(execFileSync(process.execPath, [join(TRACES, 'score.mjs'), join(TRACES, `${set}.csv.gz`), join(work, 'found.csv'), '--json']).toString());
      return { edges_all, ece, traces_tw };
    } finally {
      rmSync(work, { recursive: true });
    }
  } };
};

const columns = ['edges_all', 'ece', 'traces_tw'];
const table = new Table({ head: ['set', ...['model', 'oracle', 'held'].flatMap((one) => columns.map((column) => `${one} ${column}`))], style: { head: [], border: [] } });
for (const set of values.sets.split(',')) {
  const { scored } = existsSync(join(TRACES, `${set}.csv.gz`)) ? traceScorer(set) : await captureScorer(set);
  const model = scored(() => product.model());
  const [whole, held] = [false, true].map((one) => scored((truth) => oracle(truth, one)()));
  if (values.json) console.log(JSON.stringify({ set, model, oracle: whole, held }));
  else table.push([set, ...[model, whole, held].flatMap((score) => columns.map((column) => String(score[column] ?? '-')))]);
}
if (!values.json) console.log(table.toString());
