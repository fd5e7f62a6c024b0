/** A deployed gateway cannot be served. The others are. */
export class UnservedGateway extends Error {
  override readonly name = "UnservedGateway";
  readonly key: string;

  /** @param gateway the gateway's key and name */
  constructor({ key, name }: { readonly key: string; readonly name: string }, cause: Error) {
    super(`${name}: ${cause.message}`, { cause });
    this.key = key;
  }
}
