import { X509Certificate } from "node:crypto";
import { type Bindings, linkOf } from "../../api/binding/binding.ts";
import type { Link, LinkForm } from "../../api/binding/link.ts";
import type { Api } from "../../api/checked-api.ts";
import { type Problem, ProblemList } from "../../api/problem.ts";

/** How the companion reaches a private network on Google Cloud, resolved and checked. */
export interface ResolvedCompanionLink {
  /** The network in which the companion has its interface. */
  readonly network: string;
  /** The subnetwork of that network, in the companion's region, from which it sends requests. */
  readonly subnetwork: string;
  /** The certificate authorities of the private servers, as PEM. @default the public ones */
  readonly certificateAuthority?: string;
  /** The name in the servers' certificate. @default the host of the backend's URL */
  readonly serverName?: string;
}

const name = "[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?";
const project = "projects/[a-z0-9.:-]{1,100}";

/** The members of a link. A description completes the sentence "This must be …". */
const fields: Readonly<
  Record<keyof ResolvedCompanionLink, { readonly fits: (text: string) => boolean; readonly description: string }>
> = {
  network: {
    fits: (text) => new RegExp(`^(?:${project}/global/networks/)?${name}$`).test(text),
    description: 'the name or the `id` of a VPC network, e.g. "projects/shop/global/networks/main"',
  },
  subnetwork: {
    fits: (text) => new RegExp(`^(?:${project}/regions/${name}/subnetworks/)?${name}$`).test(text),
    description: 'the name or the `id` of a subnetwork, e.g. "projects/shop/regions/europe-west1/subnetworks/run"',
  },
  certificateAuthority: { fits: isCertificates, description: "one or more certificates as PEM" },
  serverName: {
    fits: (text) => /^(?!.{254})[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/i.test(text),
    description: "the DNS name in the server's certificate",
  },
};

const optional: ReadonlySet<string> = new Set(["certificateAuthority", "serverName"]);

const bindNetwork =
  "Bind the `link` of a GcpOnPremLink, or write { network, subnetwork }, with certificateAuthority and serverName if the server's certificate needs them.";

/** A certificate that belongs to nobody: the key was never stored. */
const nobodysCertificate = `-----BEGIN CERTIFICATE-----
MIIBfzCCASagAwIBAgIBATAKBggqhkjOPQQDAjAeMRwwGgYDVQQDDBNwbGFjZWhv
bGRlci5pbnZhbGlkMCAXDTI2MTEzMDIzMDYxNloYDzIxMjYxMTA2MjMwNjE2WjAe
MRwwGgYDVQQDDBNwbGFjZWhvbGRlci5pbnZhbGlkMFkwEwYHKoZIzj0CAQYIKoZI
zj0DAQcDQgAEhcwkGr3YQASlZaW7Z+/SmzFyqHli5aCFV0dIIB6/ccpiAEViRYtV
qv2lz/2QU1DJ3K+yiWjgoEd1QlYNL/Lj8qNTMFEwHQYDVR0OBBYEFEvm9+viwVOP
3enwQLKXLhzeHZpNMB8GA1UdIwQYMBaAFEvm9+viwVOP3enwQLKXLhzeHZpNMA8G
A1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgaU9d3yZBQEO6QgEClxKm
Z4KL71YuoBfR0cCIPJQ5mLkCIG/nLG1feOw11AnygybYRCZsHhUUiS6NGYn1x1NC
IusF
-----END CERTIFICATE-----
`;

/** A link of which nothing is known yet. */
export const unknownLink: Readonly<Record<keyof ResolvedCompanionLink, string>> = {
  network: "polygate-not-known-yet",
  subnetwork: "polygate-not-known-yet",
  certificateAuthority: nobodysCertificate,
  serverName: "placeholder.invalid",
};

/** The links of `GcpApiGateway` with a companion. */
export const companionLinks: LinkForm = {
  remedy: bindNetwork,
  placeholder: () => ({ ...unknownLink }),
  check: checkLink,
};

function checkLink(link: Link, place: string): readonly Problem[] {
  const problems = new ProblemList({ vendor: "gcp" });
  for (const member of Object.keys(link)) {
    if (Object.hasOwn(fields, member)) continue;
    const known = Object.keys(fields).join(", ");
    const rule = `A link on Google Cloud has no member ${JSON.stringify(member).slice(0, 100)}, only ${known}.`;
    problems.refuse("bad-link", rule, bindNetwork, { place: `${place}.${member}` });
  }
  for (const [member, { fits, description }] of Object.entries(fields)) {
    const value = Object.hasOwn(link, member) ? link[member] : undefined;
    if (value === undefined ? optional.has(member) : fits(value)) continue;
    const found = value === undefined ? "It is missing." : `This is ${JSON.stringify(value).slice(0, 100)}.`;
    problems.refuse("bad-link", `${member} must be ${description}. ${found}`, bindNetwork, {
      place: `${place}.${member}`,
    });
  }
  return problems.all;
}

/** Whether a text consists of certificates that can be read, and of nothing else. */
function isCertificates(text: string): boolean {
  const certificate = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
  const found = text.match(certificate) ?? [];
  if (found.length === 0 || text.replace(certificate, "").trim() !== "") return false;
  try {
    for (const pem of found) new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}

/** The checked link of a backend, with its type on Google Cloud. */
export function companionLinkOf(bindings: Bindings, backend: string): ResolvedCompanionLink {
  const { network, subnetwork, certificateAuthority, serverName } = linkOf(bindings, backend);
  if (network === undefined || subnetwork === undefined) throw new RangeError("The link has not been checked.");
  return {
    network,
    subnetwork,
    ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

/** The network of an API's private backends, in which the companion has its interface. All of their links name the same one. */
export function privateNetworkOf(
  { routes }: Api,
  bindings: Bindings,
): Pick<ResolvedCompanionLink, "network" | "subnetwork"> | undefined {
  const first = routes.find((route) => route.kind === "proxy" && route.backendKind === "onPrem");
  if (first?.kind !== "proxy") return undefined;
  const { network, subnetwork } = companionLinkOf(bindings, first.backend);
  return { network, subnetwork };
}
