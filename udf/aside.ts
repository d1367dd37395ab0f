import type { Micros } from '../sql/micros.ts';
import type { Span } from '../sql/span.ts';
import type { Accuracy, ModelEvent, SpanCandidate } from '../sql/write/shapes.ts';
import type { Assignment, Change, Inference } from './infer/algorithm.ts';
import type { Weighed } from './span/forest.ts';

/** What an instance has learnt, to go on with after a restart. */
export interface SavedModel {
  /** Start of the first window that was inferred by it. */
  readonly ts: Micros;
  readonly instance: string;
  readonly text: string;
}

/** What inference tells beside its spans. */
export interface Aside {
  readonly candidates: readonly SpanCandidate[];
  readonly events: readonly ModelEvent[];
  readonly accuracy: readonly Accuracy[];
  readonly models: readonly SavedModel[];
}

/** Collects what is told beside the spans until they are handed on. */
export interface Teller {
  /** An exchange was placed anew: its candidates are told with its span. */
  placed(id: string): void;
  /** Holds the algorithm's answers against the headers', of the calls that an instance sent in a window. */
  score(instance: string, service: string, from: Micros, assignments: Iterable<Assignment>): void;
  /** Asks an instance's inference what has changed. */
  hear(instance: string, service: string, inference: Inference): void;
  take(spans: readonly Span[], candidatesOf: (id: string) => readonly Weighed[]): Aside;
}

/** Candidates written of a span. */
const RANKS = 3;

const MEANINGS: Readonly<Record<Change['kind'], string>> = {
  learnt: 'learnt for the first time', grown: 'learnt anew from more calls', refreshed: 'delays brought up to date',
  changed: 'learnt anew: the exchanges no longer fitted the model',
};

/** An assignment's parents, best first; where the algorithm tells only two, these. */
export const weighedOf = ({ candidates, parent, probability, runnerUp, runnerUpProbability }: Assignment): readonly Weighed[] => {
  if (candidates !== undefined) {
    return candidates.length < 2 && candidates[0]?.scores === undefined ? [] : candidates.map((one) => ({ parent: one.parent?.id ?? null, probability: one.probability, scores: one.scores ?? null }));
  }
  if (runnerUp === null) return [];
  return [{ parent: parent?.id ?? null, probability, scores: null }, { parent: runnerUp.id, probability: runnerUpProbability, scores: null }];
};

/** Rows of one span; of one that was written before all ranks, so that none of an earlier weighing stays. */
export const candidateRows = ({ ts, tenant, run, span_id, revision }: Span, weighed: readonly Weighed[]): readonly SpanCandidate[] =>
  Array.from({ length: revision > 1 ? RANKS : Math.min(RANKS, weighed.length) }, (_, n) => {
    const one = weighed[n];
    return {
      ts, tenant, run, span_id, rank: n + 1, parent_id: one?.parent ?? null, probability: one?.probability ?? 0,
      scores: one === undefined || one.scores === null ? null : JSON.stringify(one.scores),
    };
  });

const eventOf = (tenant: string, instance: string, service: string, { kind, at, calls, shortfall }: Change): ModelEvent => ({
  ts: at, tenant, service, kind, instance, calls, shortfall,
  detail: `${MEANINGS[kind]}; ${calls} calls${shortfall === 0 ? '' : `, before it ${shortfall.toFixed(2)} nats an event short of what was expected`}`,
});

export const teller = (tenant: string, run: string): Teller => {
  const weighed = new Set<string>();
  const events: ModelEvent[] = [];
  const accuracy: Accuracy[] = [];
  const models: SavedModel[] = [];
  return {
    placed(id) { weighed.add(id); },
    score(instance, service, from, assignments) {
      const tally = { decided: 0, checked: 0, agreed: 0, expected: 0 };
      for (const { parent, evidence, blind } of assignments) {
        if (evidence !== 'header') continue;
        tally.decided++;
        if (blind === undefined) continue;
        tally.checked++;
        tally.agreed += Number(blind.parent?.id === parent?.id);
        tally.expected += blind.probability;
      }
      if (tally.decided > 0) accuracy.push({ ts: from, tenant, run, instance, service, ...tally });
    },
    hear(instance, service, inference) {
      events.push(...(inference.changes?.() ?? []).map((change) => eventOf(tenant, instance, service, change)));
      models.push(...(inference.save?.() ?? []).map(({ from, text }) => ({ ts: from, instance, text })));
    },
    take(spans, candidatesOf) {
      const candidates: SpanCandidate[] = [];
      for (const span of spans) {
        if (!weighed.delete(span.span_id)) continue;
        const parents = candidatesOf(span.span_id);
        if (parents.length > 0 || span.revision > 1) candidates.push(...candidateRows(span, parents));
      }
      return { candidates, events: events.splice(0), accuracy: accuracy.splice(0), models: models.splice(0) };
    },
  };
};
