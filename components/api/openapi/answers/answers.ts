/** The operations that an answer was given for. An operation that is not listed asks the question again. */
export interface Answered {
  /** `METHOD /path` of each operation, e.g. `GET /orders/{id}`. */
  readonly operations: readonly string[];
}

/** What a security scheme becomes at the gateway. */
export type SchemeAnswer = Answered &
  (
    | {
        /** The gateway requires a token. */
        readonly kind: "jwt";
        /**
         * A token's `aud` must contain at least one of these.
         * @default those of the scheme's `x-polygate`, or else each gateway binds them
         */
        readonly audiences?: readonly string[];
      }
    | {
        /** The gateway requires an API key in the header `x-api-key`. */
        readonly kind: "apiKey";
      }
    | {
        /** The gateway requires what another scheme, or an auth of `auth`, requires. */
        readonly kind: "sameAs";
        /** The name of the scheme or auth. */
        readonly auth: string;
      }
    | {
        /** The gateway does not check it, because the backend does. */
        readonly kind: "backend";
        /** How the backend checks it, one line. Shown at every preview. */
        readonly reason: string;
      }
    | {
        /** Nobody checks it. */
        readonly kind: "open";
        /** Why the operations may be open, one line. Shown at every preview. */
        readonly reason: string;
      }
  );

/** Which alternative of `security` the gateway requires, where an operation has several. */
export interface PreferAnswer extends Answered {
  /** Schemes, the preferred one first. A list names the schemes of an alternative that requires several together. */
  readonly order: readonly (string | readonly string[])[];
}

/** What the gateway requires where one alternative of `security` lists several scopes, which means all of them. */
export type ScopesAnswer = Answered &
  (
    | {
        /** All of the scopes, as the document means. Where alternatives differ, the scopes of every alternative. */
        readonly kind: "all";
      }
    | {
        /** One of the scopes is enough. */
        readonly kind: "any";
        /** Why one scope is enough at the gateway, one line. Shown at every preview. */
        readonly reason: string;
      }
  );

/** What the gateway matches where a path mixes a parameter with text in one segment, e.g. `{id}.json` or `{id}:cancel`. */
export interface SegmentsAnswer extends Answered {
  /** The parameter matches the whole segment, whatever the text beside it is. */
  readonly kind: "whole";
  /** How the backend treats other text, one line. Shown at every preview. */
  readonly reason: string;
}

/** What the gateway matches where a path has a slash at its end, e.g. `/orders/`. */
export interface TrailingSlashAnswer extends Answered {
  /** The route has the path without the slash, and clients send it so. */
  readonly kind: "without";
  /** How the backend treats the path without the slash, one line. Shown at every preview. */
  readonly reason: string;
}

/** What the gateway matches where a path contains a query, e.g. `/orders?view=all`. */
export interface PathQueryAnswer extends Answered {
  /** The route has the path without the query, whatever query clients send. */
  readonly kind: "without";
  /** How the backend treats other queries, one line. Shown at every preview. */
  readonly reason: string;
}

/** An answer about the paths of operations. */
export type PathAnswer = SegmentsAnswer | TrailingSlashAnswer | PathQueryAnswer;

/** What the gateway requires where the document requires nothing. */
export type UnsecuredAnswer = Answered &
  (
    | {
        /** The gateway requires what a scheme, or an auth of `auth`, requires. */
        readonly kind: "sameAs";
        /** The name of the scheme or auth. */
        readonly auth: string;
      }
    | {
        /** The gateway requires a token for which the document has no security scheme. */
        readonly kind: "jwt";
        /** The name of the token's auth, which each gateway binds. No scheme and no other auth may have it. */
        readonly name: string;
        /** A token's `aud` must contain at least one of these. */
        readonly audiences: readonly string[];
      }
    | {
        /** The operations are open. */
        readonly kind: "open";
        /** Why nobody must authenticate, one line. Shown at every preview. */
        readonly reason: string;
      }
  );

/** What becomes of operations that no gateway can serve as the document declares them, such as two with the same paths. */
export interface UnservableAnswer extends Answered {
  /** The gateway does not have them. Their requests are rejected like those of any other path that it does not have. */
  readonly kind: "omit";
  /** Why the gateway need not serve them, one line. Shown at every preview. */
  readonly reason: string;
}

/**
 * Answers to what an OpenAPI document leaves open about security, for all its operations. Answers to the same question
 * in the document and in the code must be the same, or for different operations. What an operation's own `x-polygate` sets takes precedence.
 */
export interface Answers {
  /**
   * What security schemes become, by name.
   * @default what their type means, if a gateway can require it; otherwise an error
   */
  readonly schemes?: Readonly<Record<string, SchemeAnswer>>;
  /**
   * Which alternative of `security` applies.
   * @default an error where an operation accepts several
   */
  readonly prefer?: PreferAnswer;
  /**
   * Whether one of several scopes is enough.
   * @default all of them, as the document means; an error where alternatives differ in their scopes and one of them lists several
   */
  readonly scopes?: ScopesAnswer;
  /**
   * Whether a parameter that is a part of a segment matches the whole segment.
   * @default an error where a path has such a parameter
   */
  readonly segments?: SegmentsAnswer;
  /**
   * Whether the gateway may have a path without the slash at its end.
   * @default an error where a path has a slash at its end
   */
  readonly trailingSlash?: TrailingSlashAnswer;
  /**
   * Whether the gateway may have a path without the query that the document writes into it.
   * @default an error where a path contains a query
   */
  readonly pathQuery?: PathQueryAnswer;
  /**
   * What operations need that declare no `security`, an empty one, or an optional one.
   * @default an error where there is such an operation
   */
  readonly unsecured?: UnsecuredAnswer;
  /**
   * Whether the gateway leaves out operations that it cannot serve.
   * @default an error where there is such an operation
   */
  readonly unservable?: UnservableAnswer;
}
