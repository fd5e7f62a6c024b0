/** The parts of a request that contain a token. */
export interface Carrier {
  readonly headers: readonly (readonly [string, string])[];
  /** A parameter of the query. */
  readonly query?: string;
}

/** The schemes of `Authorization`. The contract requires the first one. */
export const schemes = ["Bearer ", "bearer ", "BEARER ", "", "Bearer  "] as const;

type Place = (token: string) => Carrier;

const header =
  (name: string, scheme: string): Place =>
  (token) => ({ headers: [[name, `${scheme}${token}`]] });

/** Other places in which a gateway, or a proxy before it, may search for a token. */
export const otherPlaces: readonly Place[] = [
  (token) => ({ headers: [], query: `access_token=${token}` }),
  header("X-Goog-Iap-Jwt-Assertion", ""),
  header("X-Goog-Iap-Jwt-Assertion", "Bearer "),
  header("X-Authorization", "Bearer "),
  header("X-Forwarded-Authorization", "Bearer "),
];

/** A valid and a forged token in two places. */
export interface Pair extends Carrier {
  /** The `Authorization` with the valid token; undefined if that token is in another place. */
  readonly genuine?: string;
}

type MakePair = (valid: string, forged: string) => Pair;

const authorization = (scheme: string, token: string): Carrier => header("Authorization", scheme)(token);

function inOrder(first: Carrier, second: Carrier): Carrier {
  const query = [first.query, second.query].filter((part) => part !== undefined).join("&");
  return { headers: [...first.headers, ...second.headers], ...(query === "" ? {} : { query }) };
}

function inBothOrders(make: (valid: string, forged: string) => readonly [Carrier, Carrier]): readonly MakePair[] {
  return [
    (valid, forged) => inOrder(...make(valid, forged)),
    (valid, forged) => {
      const [one, other] = make(valid, forged);
      return inOrder(other, one);
    },
  ];
}

/** One of the two in `Authorization` with each scheme, and the other in each other place, in both orders. */
export const pairsOfPlaces: readonly MakePair[] = otherPlaces.flatMap((place) =>
  schemes.flatMap((scheme) => [
    ...inBothOrders((valid, forged) => [place(valid), authorization(scheme, forged)]),
    ...inBothOrders((valid, forged) => [authorization(scheme, valid), place(forged)]).map(
      (make): MakePair =>
        (valid, forged) => ({ ...make(valid, forged), genuine: `${scheme}${valid}` }),
    ),
  ]),
);

/** Both in `Authorization`, with each pair of schemes and in both orders: in two headers, or in one with a comma. */
export const pairsOfAuthorization: readonly MakePair[] = schemes.flatMap((scheme) =>
  [...schemes, "Basic "].flatMap((other) =>
    [true, false].flatMap((validFirst) =>
      [true, false].map(
        (joined): MakePair =>
          (valid, forged) => {
            const values = validFirst
              ? [`${scheme}${valid}`, `${other}${forged}`]
              : [`${other}${forged}`, `${scheme}${valid}`];
            const sent = joined ? [values.join(", ")] : values;
            return { headers: sent.map((value) => ["Authorization", value] as const), genuine: `${scheme}${valid}` };
          },
      ),
    ),
  ),
);
