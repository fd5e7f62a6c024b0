/**
 * Requests and signatures of the test suite that AWS publishes for Signature Version 4, as in the tests of its own signers
 * (github.com/smithy-lang/smithy-typescript, packages/signature-v4; github.com/awslabs/aws-c-auth,
 * tests/aws-signing-test-suite/v4).
 */
export interface PublishedRequest {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** The headers besides `Host` and `X-Amz-Date`. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly signedHeaders: string;
  readonly signature: string;
}

export const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
export const signingTime = Date.UTC(2015, 7, 30, 12, 36, 0);

const unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const basic = { method: "GET", path: "/", query: "", headers: [], body: "", signedHeaders: "host;x-amz-date" } as const;
const posted = { ...basic, method: "POST" } as const;
const withHeader = { ...basic, signedHeaders: "host;my-header1;x-amz-date" } as const;

export const publishedRequests: readonly PublishedRequest[] = [
  {
    ...basic,
    name: "get-vanilla",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    ...withHeader,
    name: "get-header-key-duplicate",
    headers: [
      ["My-Header1", "value2"],
      ["My-Header1", "value2"],
      ["My-Header1", "value1"],
    ],
    signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
  },
  {
    ...withHeader,
    name: "get-header-value-order",
    headers: [
      ["My-Header1", "value4"],
      ["My-Header1", "value1"],
      ["My-Header1", "value3"],
      ["My-Header1", "value2"],
    ],
    signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
  },
  {
    ...basic,
    name: "get-header-value-trim",
    headers: [
      ["My-Header1", " value1"],
      ["My-Header2", ' "a   b   c"'],
    ],
    signedHeaders: "host;my-header1;my-header2;x-amz-date",
    signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
  },
  {
    ...basic,
    name: "get-unreserved",
    path: `/${unreserved}`,
    signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
  },
  {
    ...basic,
    name: "get-utf8",
    path: "/\u1234",
    signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
  },
  {
    ...basic,
    name: "get-space-normalized",
    path: "/example space/",
    signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
  },
  {
    ...basic,
    name: "get-slash-pointless-dot-normalized",
    path: "/./example",
    signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
  },
  {
    ...basic,
    name: "get-relative-relative-normalized",
    path: "/example1/example2/../..",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    ...basic,
    name: "get-vanilla-empty-query-key",
    query: "Param1=value1",
    signature: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
  },
  {
    ...basic,
    name: "get-vanilla-query-order-key-case",
    query: "Param2=value2&Param1=value1",
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
  {
    ...basic,
    name: "get-vanilla-query-order-encoded",
    query: "Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
    signature: "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
  },
  {
    ...basic,
    name: "get-vanilla-query-unreserved",
    query: `${unreserved}=${unreserved}`,
    signature: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197",
  },
  {
    ...basic,
    name: "get-vanilla-utf8-query",
    query: "%E1%88%B4=bar",
    signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04",
  },
  {
    ...basic,
    name: "get-vanilla-with-session-token",
    headers: [["X-Amz-Security-Token", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"]],
    signedHeaders: "host;x-amz-date;x-amz-security-token",
    signature: "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
  },
  {
    ...posted,
    name: "post-vanilla",
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
  {
    ...posted,
    name: "post-header-value-case",
    headers: [["My-Header1", "VALUE1"]],
    signedHeaders: "host;my-header1;x-amz-date",
    signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
  },
  {
    ...posted,
    name: "post-vanilla-empty-query-value",
    query: "Param1=value1",
    signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
  },
  {
    ...posted,
    name: "post-vanilla-query-nonunreserved",
    query: "%40%23%24%25%5E=&%2B=%2F%2C%3F%3E%3C%60%22%3B%3A%5C%7C%5D%5B%7B%7D",
    signature: "66c82657c86e26fb25238d0e69f011edc4c6df5ae71119d7cb98ed9b87393c1e",
  },
  {
    ...posted,
    name: "post-vanilla-query-space",
    query: "p=",
    signature: "e71688addb58a26418614085fb730ba3faa623b461c17f48f2fbdb9361b94a9b",
  },
  {
    ...posted,
    name: "post-x-www-form-urlencoded",
    headers: [["Content-Type", "application/x-www-form-urlencoded"]],
    body: "Param1=value1",
    signedHeaders: "content-type;host;x-amz-date",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  },
  {
    ...posted,
    name: "post-x-www-form-urlencoded-parameters",
    headers: [["Content-Type", "application/x-www-form-urlencoded; charset=utf8"]],
    body: "Param1=value1",
    signedHeaders: "content-type;host;x-amz-date",
    signature: "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
  },
];

/**
 * The same suite's requests with their signatures in the query. The suite's headers contain an unsigned `X-Amz-Date`, which is removed
 * here because the signature does not cover it.
 */
export const publishedQueries: readonly { readonly name: string; readonly path: string; readonly query: string }[] = [
  {
    name: "get-vanilla-query",
    path: "/",
    query:
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Signature=e93c787ed7f371d5c6b165c1b38ede9550f4dce4144713e844b25b7192d3865d",
  },
  {
    name: "get-slashes-normalized",
    path: "//example//",
    query:
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Signature=c1834e8fb0307243711f0f907f6ab7311ed300d87f13792d7ee4da89ab93e082",
  },
];
