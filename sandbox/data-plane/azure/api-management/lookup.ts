/** Values by name. Each implementation defines how names are compared. */
export interface Lookup<V> {
  get(name: string): V | undefined;
}
