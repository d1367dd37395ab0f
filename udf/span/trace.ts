import { latencyBucket } from '../../sql/latency.ts';
import type { Micros } from '../../sql/micros.ts';
import type { Span } from '../../sql/span.ts';
import type { Naming } from '../names/naming.ts';
import type { Merged } from '../source/merged.ts';
import { criticalPath } from './critical-path.ts';
import type { Forest, Placement } from './forest.ts';
import { selfTime } from './self-time.ts';
import { traceId } from './trace-id.ts';

/** What a trace's spans are made of; all of it may be asked for any id of the tree. */
export interface TraceParts {
  readonly run: string;
  readonly forest: Forest;
  readonly naming: Naming;
  readonly exchangeOf: (id: string) => Merged;
  /** Time that names the span's row, fixed when it was first written. */
  readonly tsOf: (id: string) => Micros;
  /** How many inferences have written the row, this one included. */
  readonly revisionOf: (id: string) => number;
}

/** Share of what the taps should have seen of these exchanges and did: bytes, and exchanges seen from start to end. */
export const coverageOf = (exchanges: readonly Merged[]): number => {
  let bytes = 0;
  let lost = 0;
  let whole = 0;
  for (const { exchange } of exchanges) {
    bytes += exchange.request_bytes + exchange.response_bytes + exchange.gap_bytes;
    lost += exchange.gap_bytes;
    whole += exchange.outcome === 'cut' || exchange.outcome === 'orphan' ? 0 : 1;
  }
  return (bytes === 0 ? 1 : 1 - lost / bytes) * (whole / exchanges.length);
};

const DIGITS = 4;

/** Sorts as text in the order of numbers, above the padding's reach too. */
const ordinal = (n: number): string => (n < 10 ** DIGITS ? String(n).padStart(DIGITS, '0') : `~${String(n).padStart(3 * DIGITS, '0')}`);

interface Node {
  readonly placement: Placement;
  readonly merged: Merged;
  readonly parent: Node | null;
  readonly depth: number;
  readonly path: string;
  readonly children: readonly Merged[];
}

const byClientStart = (a: Merged, b: Merged): number => a.client.start - b.client.start || (a.id < b.id ? -1 : Number(a.id > b.id));

/** The tree depth first, without recursion: a trace may be deeper than a stack. */
const nodesOf = (rootId: string, { forest, exchangeOf }: TraceParts): readonly Node[] => {
  const nodes: Node[] = [];
  const node = (id: string, parent: Node | null, path: string): Node | null => {
    const placement = forest.get(id);
    if (placement === null) return null;
    const children = [...forest.childrenOf(id)].map(exchangeOf).toSorted(byClientStart);
    return { placement, merged: exchangeOf(id), parent, depth: parent === null ? 0 : parent.depth + 1, path, children };
  };
  const open = [node(rootId, null, ordinal(1))];
  while (open.length > 0) {
    const next = open.pop();
    if (next === undefined || next === null) continue;
    nodes.push(next);
    for (let i = next.children.length; i > 0; i--) {
      const child = next.children[i - 1];
      if (child !== undefined) open.push(node(child.id, next, `${next.path}.${ordinal(i)}`));
    }
  }
  return nodes;
};

/** Every span of the trace with that root, depth first. */
export const traceSpans = (rootId: string, parts: TraceParts): readonly Span[] => {
  const { run, naming, tsOf, revisionOf } = parts;
  const nodes = nodesOf(rootId, parts);
  const root = parts.exchangeOf(rootId);
  const serviceOf = ({ exchange }: Merged): string => naming.serviceOf(exchange.server_ip, exchange.server_port);
  const rootTs = tsOf(rootId);
  const id = traceId(rootTs, rootId);
  const rootService = serviceOf(root);
  const coverage = coverageOf(nodes.map(({ merged }) => merged));
  const services = new Set(nodes.map(({ merged }) => serviceOf(merged)));
  const critical = criticalPath(nodes);
  const least = nodes.reduce((min, { placement }) => Math.min(min, placement.probability), 1);

  // Every key in one literal: a spread in it took half of the whole pipeline's time, by the profiler.
  const spanOf = ({ placement, merged, parent, depth, path, children }: Node): Span => {
    const { exchange, client, server, basis } = merged;
    const duration = server.end === null ? null : server.end - server.start;
    const self = selfTime(server, children.map((child) => child.client));
    const atClient = client.end === null ? null : client.end - client.start;
    return {
      ts: tsOf(merged.id),
      tenant: exchange.tenant,
      run,
      span_id: merged.id,
      parent_id: placement.parent,
      trace_id: id,
      service: serviceOf(merged),
      instance: naming.instanceOf(exchange.server_ip, exchange.server_port),
      method: exchange.method,
      route: exchange.route,
      protocol: exchange.protocol,
      status: exchange.status,
      status_class: exchange.status_class,
      parent_service: parent === null ? naming.callerOf(exchange.client_ip) : serviceOf(parent.merged),
      parent_route: parent === null ? null : parent.merged.exchange.route,
      root_service: rootService,
      root_route: root.exchange.route,
      root_ts: rootTs,
      depth,
      path,
      duration_us: duration,
      duration_le_us: duration === null ? null : latencyBucket(duration),
      self_us: self,
      self_le_us: self === null ? null : latencyBucket(self),
      critical_us: critical.get(merged.id) ?? null,
      network_us: basis === 'two_tap' && atClient !== null && duration !== null ? atClient - duration : null,
      basis,
      probability: placement.probability,
      evidence: placement.evidence,
      runner_up_id: placement.runnerUp,
      runner_up_probability: placement.runnerUp === null ? null : placement.runnerUpProbability,
      coverage,
      revision: revisionOf(merged.id),
      span_count: depth === 0 ? nodes.length : null,
      service_count: depth === 0 ? services.size : null,
      min_probability: depth === 0 ? least : null,
      withdrawn: false,
      grpc_status: exchange.grpc_status,
    };
  };
  return nodes.map(spanOf);
};
