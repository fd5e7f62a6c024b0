/** Which port a gateway or server had, so that it gets the same one after a restart. */
export interface PortBook {
  portOf(key: string): number | undefined;
  remember(key: string, port: number): void;
}
