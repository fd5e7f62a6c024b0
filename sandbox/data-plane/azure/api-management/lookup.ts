/** Values by name. Each collection decides how names compare. */
export interface Lookup<V> {
  get(name: string): V | undefined;
}
