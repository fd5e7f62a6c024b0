/** Finds the routes that can match a path by the path's first segment. */
export class FirstSegmentIndex<Route> {
  readonly #byFirst = new Map<string, readonly Route[]>();
  /** The routes whose first segment may be any. */
  readonly #others: readonly Route[];

  /**
   * @param routes in the order in which they are tried
   * @param firstsOf the texts of which the first segment of a matching path is one; undefined if it may be any
   */
  constructor(routes: readonly Route[], firstsOf: (route: Route) => readonly string[] | undefined) {
    const indexed = routes.map((route) => ({ route, firsts: firstsOf(route) }));
    const routesWith = (accepts: (firsts: readonly string[] | undefined) => boolean): readonly Route[] =>
      indexed.filter(({ firsts }) => accepts(firsts)).map(({ route }) => route);
    this.#others = routesWith((firsts) => firsts === undefined);
    for (const first of new Set(indexed.flatMap(({ firsts }) => firsts ?? []))) {
      const candidates = routesWith((firsts) => firsts === undefined || firsts.includes(first));
      this.#byFirst.set(first, candidates);
    }
  }

  /** The routes that can match a path with this first segment, in the order in which they are tried. */
  candidates(first: string): readonly Route[] {
    return this.#byFirst.get(first) ?? this.#others;
  }
}
