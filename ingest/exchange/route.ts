import { segmentKind } from './segment-kind.ts';

const MOST_CHILDREN = 40;
const MOST_ROUTES = 200;
const MOST_SEGMENTS = 12;
const MOST_SERVICES = 4096;
/** Paths of a service whose route is remembered, and the longest of them: the same are asked for again and again. */
const MOST_PATHS = 2048;
const LONGEST_PATH = 256;
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
  const services = new Map<string, Service>();
  return (service, path) => {
    let at = services.get(service);
    if (at === undefined) {
      if (services.size >= MOST_SERVICES) services.delete(services.keys().next().value!);
      at = { root: { merged: false, children: new Map() }, known: new Set(), paths: new Map() };
      services.set(service, at);
    }
    const remembered = at.paths.get(path);
    if (remembered !== undefined) return remembered;
    const route = bounded(at, templated(at, path));
    if (at.paths.size >= MOST_PATHS) at.paths.clear();
    if (path.length <= LONGEST_PATH) at.paths.set(path, route);
    return route;
  };
};

interface Service {
  readonly root: Level;
  readonly known: Set<string>;
  /** Routes by path; emptied when a level is merged, which changes them. */
  readonly paths: Map<string, string>;
}

const bounded = ({ known }: Service, route: string): string => {
  if (known.has(route)) return route;
  if (known.size >= MOST_ROUTES) return OTHER;
  known.add(route);
  return route;
};

const templated = ({ root, paths }: Service, path: string): string => {
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
        paths.clear();
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
