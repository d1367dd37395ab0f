import type { Micros } from '../../sql/micros.ts';
import type { ServiceName } from '../../sql/write/shapes.ts';
import type { NamingLearner } from './naming.ts';

/** Rows of `service_names` for what is called otherwise than when this was last asked. */
export type NameRegister = (addresses: Iterable<string>, from: Micros) => readonly ServiceName[];

/** Keeps what each listening port was last said to be called. */
export const nameRegister = (tenant: string, naming: Pick<NamingLearner, 'listenersAt'>): NameRegister => {
  const known = new Map<string, string>();
  return (addresses, from) => [...addresses].flatMap((address) => naming.listenersAt(address).flatMap(({ port, service, source }) => {
    const key = `${address} ${port}`;
    const named = `${source} ${service}`;
    if (known.get(key) === named) return [];
    known.set(key, named);
    return [{ ts: from, tenant, address, port, service, source }];
  }));
};
