import { networkInterfaces } from 'node:os';

/** Something that packets can be captured on. */
export interface Device {
  readonly name: string;
  readonly addresses: readonly string[];
  /** What libpcap says it is; empty where it says nothing. */
  readonly about: string;
}

export interface Devices {
  readonly devices: readonly Device[];
  /** Why the list is only that of the operating system, which knows interfaces with an address; null where it is libpcap's. */
  readonly missing: string | null;
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';

const fromPcap = async (): Promise<readonly Device[]> => {
  const { default: { Cap } } = await import('cap');
  return Cap.deviceList().map(({ name, addresses, description, flags }) => ({
    name,
    addresses: addresses.map(({ addr }) => addr),
    about: description ?? (flags?.includes('LOOPBACK') === true ? 'loopback' : ''),
  }));
};

const fromSystem = (): readonly Device[] =>
  Object.entries(networkInterfaces()).map(([name, addresses = []]) => ({
    name,
    addresses: addresses.map(({ address }) => address),
    about: addresses.some(({ internal }) => internal) ? 'loopback' : '',
  }));

/** The devices of this machine: libpcap's list through the package cap, which npm builds where it can, else the operating system's. */
export const listDevices = async (pcap: () => Promise<readonly Device[]> = fromPcap): Promise<Devices> => {
  try {
    return { devices: await pcap(), missing: null };
  } catch (error) {
    return { devices: fromSystem(), missing: firstLine(error) };
  }
};

/** Addresses that name the host to others: neither loopback nor link-local. */
const isRoutable = (address: string): boolean => !/^(127\.|169\.254\.|fe80:|::1$)/i.test(address);

/** The device that a first tap goes on: the first one that others reach. */
export const likeliest = (devices: readonly Device[]): Device | undefined =>
  devices.find(({ addresses }) => addresses.some(isRoutable)) ?? devices.find(({ addresses }) => addresses.length > 0);

/** A command that taps the device into the command named. */
export const tapCommand = ({ name, addresses }: Device, command: 'decode' | 'ingest'): string => {
  const host = addresses.filter(isRoutable);
  return `sudo tcpdump -i ${name} -U -s 0 -w - tcp | npx tapgraph ${command} -${host.length === 0 ? '' : ` --host ${host.join(' ')}`}`;
};
