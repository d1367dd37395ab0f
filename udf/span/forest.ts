import type { Evidence } from '../../sql/span.ts';

/** Where an exchange was placed: under its parent, or as a root. */
export interface Placement {
  readonly id: string;
  readonly parent: string | null;
  readonly probability: number;
  readonly runnerUp: string | null;
  readonly runnerUpProbability: number;
  readonly evidence: Evidence;
  /** The likeliest parents, best first, as they were weighed; empty where there was nothing to weigh. */
  readonly candidates: readonly Weighed[];
}

/** A possible parent, null = none, with what spoke for it. */
export interface Weighed {
  readonly parent: string | null;
  readonly probability: number;
  readonly scores: Readonly<Record<string, number>> | null;
}

/** Placements as trees; a parent may be placed after its children. */
export interface Forest {
  /** Places an exchange, anew where it was placed before; gives those that by it got a parent back, or lost one, because of a circle. */
  place(placement: Placement): readonly string[];
  get(id: string): Placement | null;
  /** Top of the tree that holds it; null while an exchange on the way up is not placed. */
  rootOf(id: string): string | null;
  /** Placed children, unordered. */
  childrenOf(id: string): ReadonlySet<string>;
  /** The tree below and with `root`. */
  treeOf(root: string): readonly string[];
  roots(): Iterable<string>;
  delete(id: string): void;
}

const NONE: ReadonlySet<string> = new Set();
const NOBODY: readonly string[] = [];

/** An exchange that lost its parent to a rule: the parent stays as the runner-up. */
export const uprooted = (placement: Placement): Placement => ({
  ...placement,
  parent: null,
  probability: Math.max(0, 1 - placement.probability - placement.runnerUpProbability),
  runnerUp: placement.parent,
  runnerUpProbability: placement.probability,
  evidence: 'none',
});

/**
 * Keeps trees trees: equal times (clocks of whole milliseconds, services that share an address) can close a circle, which is
 * cut at its least likely link, the smallest id among equals, for as long as it would be one.
 */
export const forest = (): Forest => {
  const placements = new Map<string, Placement>();
  const children = new Map<string, Set<string>>();
  const roots = new Set<string>();
  /** What was cut, as it would be without its circle. */
  const cut = new Map<string, Placement>();

  const unlink = ({ id, parent }: Placement): void => {
    roots.delete(id);
    if (parent === null) return;
    const siblings = children.get(parent);
    siblings?.delete(id);
    if (siblings?.size === 0) children.delete(parent);
  };
  const put = (placement: Placement): void => {
    const { id, parent } = placement;
    const before = placements.get(id);
    if (before !== undefined) unlink(before);
    placements.set(id, placement);
    if (parent === null) { roots.add(id); return; }
    const siblings = children.get(parent) ?? new Set<string>();
    children.set(parent, siblings.add(id));
  };
  /** The circle that `id` closes, if it does. */
  const circle = (id: string): readonly Placement[] => {
    const way: Placement[] = [];
    for (let at = placements.get(id); at !== undefined; at = at.parent === null ? undefined : placements.get(at.parent)) {
      if (way.length > 0 && at.id === id) return way;
      if (way.includes(at)) return [];
      way.push(at);
    }
    return [];
  };
  const weaker = (a: Placement, b: Placement): Placement => (b.probability < a.probability || (b.probability === a.probability && b.id < a.id) ? b : a);
  /** Cuts the circle that `id` closes, and gives the one that lost its parent by it; null = there is none. */
  const cutAt = (id: string): string | null => {
    const [first, ...rest] = circle(id);
    if (first === undefined) return null;
    const weakest = rest.reduce(weaker, first);
    cut.set(weakest.id, weakest);
    put(uprooted(weakest));
    return weakest.id;
  };
  /** Tries again what was cut: its circle may be open by now, or have a weaker link. */
  const restore = (): readonly string[] => [...cut.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)).flatMap((before) => {
    if (before.parent === null || !placements.has(before.parent)) return [];
    put(before);
    cut.delete(before.id);
    const loser = cutAt(before.id);
    return loser === before.id ? [] : loser === null ? [before.id] : [before.id, loser];
  });
  return {
    place(placement) {
      cut.delete(placement.id);
      put(placement);
      cutAt(placement.id);
      return cut.size === 0 ? NOBODY : restore();
    },
    get: (id) => placements.get(id) ?? null,
    rootOf(id) {
      let at = placements.get(id);
      while (at !== undefined && at.parent !== null) at = placements.get(at.parent);
      return at?.id ?? null;
    },
    childrenOf: (id) => children.get(id) ?? NONE,
    treeOf(root) {
      const tree = [root];
      for (let at = 0; at < tree.length; at++) tree.push(...children.get(tree[at] ?? '') ?? NONE);
      return tree;
    },
    roots: () => roots,
    delete(id) {
      const placement = placements.get(id);
      if (placement === undefined) return;
      unlink(placement);
      placements.delete(id);
      cut.delete(id);
    },
  };
};
