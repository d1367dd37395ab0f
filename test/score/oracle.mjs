// What the packets of each application capture hold: the model's own likelihood with delays, order and values' reliability
// fitted on the truth of the same exchanges, and the parents that its search then finds.
//   node test/score/oracle.mjs [--sets bi15,hr20,hr60] [--evidence timing] [--json]
// `held` fits what it uses in each fifth of the time on the truth of the other four: what a model that is right, but has not
// seen these very exchanges, would find. The truth lies between: `oracle` has learnt the answers, `held` has less to learn from.
import { createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import Table from 'cli-table3';
import { load } from './load.mjs';

const SETS = new URL('../../../shared/apps/', import.meta.url).pathname;
const { values } = parseArgs({ options: { sets: { type: 'string', default: 'bi15,fed15,hr20,hr60' }, evidence: { type: 'string', default: 'timing,token,header' }, json: { type: 'boolean' } } });
const evidence = new Set(values.evidence.split(','));
const SLACK_US = 2000;

const product = await load(
  'udf/offline/exchanges.ts', 'udf/infer/model/model.ts', 'udf/infer/model/learn.ts', 'udf/infer/model/infer.ts', 'udf/infer/model/frame.ts', 'udf/infer/model/fit.ts',
  'udf/infer/model/links.ts', 'udf/infer/model/strength.ts', 'ingest/pipeline.ts', 'ingest/capture/file.ts', 'sql/counters.ts',
);
const digest = (id) => createHmac('sha256', 'score').update(id).digest('hex').slice(0, 32);

const exchangesOf = async (set) => {
  const exchanges = [];
  const out = { push: (exchange) => { exchanges.push(exchange); }, advance: () => {}, close: () => {} };
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
  return { ...learnt, links, shape: { ...product.fitShape(wide, learnt.shape.grid, state, learnt.shape.parentKinds, learnt.shape.callKinds), queue: learnt.shape.queue } };
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

const table = new Table({ head: ['set', 'exchanges', 'model', 'ece', 'oracle', 'ece', 'held', 'ece'], style: { head: [], border: [] } });
for (const set of values.sets.split(',')) {
  const exchanges = await exchangesOf(set);
  let truth = null;
  const scored = (algorithm) => {
    const found = product.inferExchanges(exchanges, { algorithm, evidence: new Set([...evidence].filter((one) => one !== 'header')) });
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
  };
  const model = scored(product.model);
  const [whole, held] = [false, true].map((one) => scored(oracle(truth, one)));
  if (values.json) console.log(JSON.stringify({ set, model, oracle: whole, held }));
  else table.push([set, exchanges.length, model.edges_all, model.ece, whole.edges_all, whole.ece, held.edges_all, held.ece].map(String));
}
if (!values.json) console.log(table.toString());
