import { companionTarget } from "../../../components/gcp/api-gateway/companion-target.ts";
import { companionProofs } from "../../../components/gcp/companion/proof/proof.ts";
import type { DeployedGateway } from "../../../sandbox/data-plane/artefacts.ts";
import type { GcpReach } from "../../../sandbox/data-plane/gcp/network/artefacts.ts";
import type { DescriptionText, Places } from "../oracle/description.ts";
import { keySetOf } from "../world/issuers.ts";
import { privateBackends } from "../world/private-network.ts";
import { compiled, type VendorUnderTest } from "./vendor.ts";

const target = companionTarget({ title: "contract" }, { instances: { minimum: 1, maximum: 1 } });
const url = "https://contract-0123456789.ew.a.run.app";
const caller = "contract-caller@contract.iam.gserviceaccount.com";

/** The bindings as the companion requires them: with the keys of each issuer, and links of Google Cloud. */
/** The network of the link: its zone knows the names of the private backends, and a tunnel leads to their site. */
const reach: GcpReach = {
  zones: [{ name: "private", domain: "private.test", networks: ["contract"], servers: ["10.77.0.2"] }],
  network: {
    name: "contract",
    subnetRanges: ["10.8.0.0/26"],
    egressRules: [],
    sessions: [{ peer: "peer", tunnel: "tunnel", ranges: [], advertisesSubnet: true, advertisesDns: true }],
  },
};

function companionPlaces({ backends, auth, ...others }: Places): Places {
  const link = { network: "contract", subnetwork: "contract" };
  return {
    ...others,
    backends: Object.fromEntries(
      Object.entries(backends).map(([name, binding]) => {
        const own = Object.hasOwn(privateBackends, name) ? privateBackends[name] : undefined;
        return [name, own === undefined ? binding : { url: own.url, link }];
      }),
    ),
    auth: Object.fromEntries(
      Object.entries(auth).map(([name, place]) => [name, { ...place, jwksUri: keySetOf(place.issuer) }]),
    ),
  };
}

/** `GcpApiGateway` with a companion. */
export const gcpApiGatewayWithCompanion: VendorUnderTest = {
  vendor: "gcp",
  name: "GcpApiGateway with a companion",
  capabilities: target.capabilities,
  proofs: companionProofs,
  render(description, places) {
    const { openapi } = compiled(target, description, companionPlaces(places));
    return {
      kind: "gcp-api-gateway",
      document: openapi(url),
      managedService: "contract.apigateway.example.cloud.goog",
      serviceAccount: caller,
    };
  },
  behind: (description: DescriptionText, places: Places): readonly DeployedGateway[] => {
    const { envoy, timeoutSeconds } = compiled(target, description, companionPlaces(places));
    const service = "projects/contract/locations/europe-west1/services/contract";
    return [
      {
        key: service,
        name: "companion",
        vendor: "gcp",
        region: "europe-west1",
        artefacts: {
          kind: "gcp-cloud-run",
          service,
          document: envoy,
          port: 8080,
          urls: [url],
          customAudiences: [],
          invokers: [`serviceAccount:${caller}`],
          isOpen: false,
          probes: [],
          timeoutMs: timeoutSeconds * 1000,
          reach,
        },
      },
    ];
  },
  readAnswer({ status, body }, request) {
    switch (status) {
      case 200:
        return request.method === "OPTIONS" && body.length === 0 ? "preflight" : undefined;
      case 400:
        return "malformed";
      case 401:
        return "unauthenticated";
      case 403:
        // The gateway sends it for a wrong audience, and Envoy for missing scopes and for a token in an unusual form.
        return ["unauthenticated", "forbidden"];
      case 404:
      case 405:
        return "no route";
      case 413:
        return "too large";
      case 429:
        return "limited";
      case 502:
      case 503:
      case 504:
        return "backend down";
      default:
        return undefined;
    }
  },
  // https://cloud.google.com/api-gateway/docs/quotas: 32 MB.
  maxBodyBytes: 32 * 1024 * 1024,
  authorizationHeader: "authorization",
  // The gateway hands the client's token on in it.
  ownHeaders: ["x-forwarded-authorization"],
  // The network resolves them.
  names: ({ backends }) =>
    new Map(Object.entries(privateBackends).map(([name, own]) => [new URL(own.url).origin, backends.origin(name)])),
};
