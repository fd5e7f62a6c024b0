/** The way to one origin on a private network, which requests take. */
export interface PrivateWay {
  /**
   * Begins a request.
   *
   * @param cut called at most once, with the reason, when the way ends before the request
   * @returns ends the request
   */
  enter(cut: (problem: string) => void): () => void;
}

class Way implements PrivateWay {
  readonly #cuts = new Set<(problem: string) => void>();

  enter(cut: (problem: string) => void): () => void {
    this.#cuts.add(cut);
    return () => this.#cuts.delete(cut);
  }

  get isUsed(): boolean {
    return this.#cuts.size > 0;
  }

  end(problem: string): void {
    const cuts = [...this.#cuts];
    this.#cuts.clear();
    for (const cut of cuts) cut(problem);
  }
}

/**
 * The ways of one gateway to private networks. They outlive a change of the gateway, so that a request of any earlier interpreter ends when
 * its way does, as a connection through a tunnel would.
 */
export class PrivateWays {
  readonly #ways = new Map<string, Way>();

  /** The way to an origin. */
  to(origin: string): PrivateWay {
    const known = this.#ways.get(origin);
    if (known !== undefined) return known;
    const way = new Way();
    this.#ways.set(origin, way);
    return way;
  }

  /** Ends the requests whose way has ended. @param problemOf why an origin is not reached any more; undefined if it is */
  review(problemOf: (origin: string) => string | undefined): void {
    for (const [origin, way] of [...this.#ways]) {
      const problem = way.isUsed ? problemOf(origin) : undefined;
      if (problem !== undefined) way.end(problem);
    }
  }
}
