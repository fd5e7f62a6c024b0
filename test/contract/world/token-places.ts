/** What of a request carries a token. */
export interface Carrier {
  readonly headers: readonly (readonly [string, string])[];
  /** A part of the query. */
  readonly query?: string;
}

/** The forms in which `Authorization` may carry a token. The first is the one that the contract asks for. */
export const schemes = ["Bearer ", "bearer ", "BEARER ", "", "Bearer  "] as const;

type Place = (token: string) => Carrier;

const header =
  (name: string, scheme: string): Place =>
  (token) => ({ headers: [[name, `${scheme}${token}`]] });

/** The places beside `Authorization` in which a gateway, or what is before it, may look for a token. */
export const otherPlaces: readonly Place[] = [
  (token) => ({ headers: [], query: `access_token=${token}` }),
  header("X-Goog-Iap-Jwt-Assertion", ""),
  header("X-Goog-Iap-Jwt-Assertion", "Bearer "),
  header("X-Authorization", "Bearer "),
  header("X-Forwarded-Authorization", "Bearer "),
];

/** A token that is good and one that is forged, in two places. */
export interface Pair extends Carrier {
  /** The good token's `Authorization`; undefined if that token is elsewhere. */
  readonly genuine?: string;
}

type MakePair = (good: string, forged: string) => Pair;

const authorization = (scheme: string, token: string): Carrier => header("Authorization", scheme)(token);

function inOrder(first: Carrier, second: Carrier): Carrier {
  const query = [first.query, second.query].filter((part) => part !== undefined).join("&");
  return { headers: [...first.headers, ...second.headers], ...(query === "" ? {} : { query }) };
}

function inBothOrders(make: (good: string, forged: string) => readonly [Carrier, Carrier]): readonly MakePair[] {
  return [
    (good, forged) => inOrder(...make(good, forged)),
    (good, forged) => {
      const [one, other] = make(good, forged);
      return inOrder(other, one);
    },
  ];
}

/** One of the two in `Authorization` in every form, the other in every other place, in both orders. */
export const pairsOfPlaces: readonly MakePair[] = otherPlaces.flatMap((place) =>
  schemes.flatMap((scheme) => [
    ...inBothOrders((good, forged) => [place(good), authorization(scheme, forged)]),
    ...inBothOrders((good, forged) => [authorization(scheme, good), place(forged)]).map(
      (make): MakePair =>
        (good, forged) => ({ ...make(good, forged), genuine: `${scheme}${good}` }),
    ),
  ]),
);

/** Both in `Authorization`, in every two forms and both orders: in two headers, or in one with a comma. */
export const pairsOfAuthorization: readonly MakePair[] = schemes.flatMap((scheme) =>
  [...schemes, "Basic "].flatMap((other) =>
    [true, false].flatMap((goodFirst) =>
      [true, false].map(
        (joined): MakePair =>
          (good, forged) => {
            const values = goodFirst
              ? [`${scheme}${good}`, `${other}${forged}`]
              : [`${other}${forged}`, `${scheme}${good}`];
            const sent = joined ? [values.join(", ")] : values;
            return { headers: sent.map((value) => ["Authorization", value] as const), genuine: `${scheme}${good}` };
          },
      ),
    ),
  ),
);
