declare module 'cap' {
  interface ListedAddress {
    readonly addr: string;
    readonly netmask?: string;
  }
  interface ListedDevice {
    readonly name: string;
    readonly description?: string;
    readonly addresses: readonly ListedAddress[];
    readonly flags?: string;
  }
  const cap: { readonly Cap: { deviceList(): readonly ListedDevice[] } };
  export = cap;
}
