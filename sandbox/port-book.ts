/** Remembers the port of each gateway and server, so that a restart uses the same ports. */
export interface PortBook {
  portOf(key: string): number | undefined;
  remember(key: string, port: number): void;
}
