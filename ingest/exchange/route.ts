import { segmentKind } from './segment-kind.ts';

const MOST_CHILDREN = 40;
const MOST_ROUTES = 200;
const MOST_SEGMENTS = 12;
const MOST_SERVICES = 4096;
const OTHER = '/~other';

interface Level {
  /** Variable by its count of children: all of them are one. */
  merged: boolean;
  readonly children: Map<string, Level>;
}

/** Names the route of a path at a service; see README.md for the rules. */
export type Routes = (service: string, path: string) => string;

/**
 * Templates paths: segments that vary by their look are named, a level with more than 40 children becomes `{name}`, and a
 * service has at most 200 routes, the rest are `/~other`. What it says depends on the packets before, in their order.
 */
export const routes = (): Routes => {
  const services = new Map<string, { readonly root: Level; readonly known: Set<string> }>();
  return (service, path) => {
    let at = services.get(service);
    if (at === undefined) {
      if (services.size >= MOST_SERVICES) services.delete(services.keys().next().value!);
      at = { root: { merged: false, children: new Map() }, known: new Set() };
      services.set(service, at);
    }
    const route = templated(at.root, path);
    if (at.known.has(route)) return route;
    if (at.known.size >= MOST_ROUTES) return OTHER;
    at.known.add(route);
    return route;
  };
};

const templated = (root: Level, path: string): string => {
  if (!path.startsWith('/')) return path === '*' ? '*' : '/{authority}';
  const segments = path.slice(1).split('/');
  let level = root;
  let route = '';
  for (const [index, segment] of segments.entries()) {
    if (index === MOST_SEGMENTS) return `${route}/~`;
    let name = segmentKind(segment);
    if (!name.startsWith('{')) {
      if (level.merged) name = '{name}';
      else if (!level.children.has(name) && level.children.size >= MOST_CHILDREN) {
        level.merged = true;
        level.children.clear();
        name = '{name}';
      }
    }
    let child = level.children.get(name);
    if (child === undefined) {
      child = { merged: false, children: new Map() };
      level.children.set(name, child);
    }
    level = child;
    route += `/${name}`;
  }
  return route;
};
