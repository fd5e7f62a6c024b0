import { relative } from "node:path";
import type { Endpoint } from "polygate-sandbox";
import { printable } from "../components/api/problem.ts";
import { shellWord } from "./shell-word.ts";

/** The stack's output `urls`: where each gateway answers. */
export type Urls = Readonly<Record<string, string>>;

/**
 * Commands to call each gateway, and to cut the way to the site and mend it.
 *
 * @param where the option that names the sandbox's folder; empty for the usual folder
 */
export function instructions(urls: Urls, endpoints: readonly Endpoint[], where: string): string {
  const token = `-H "authorization: Bearer $(npm run -s polygate -- token --audience orders --scope orders:read${where})"`;
  const calls = Object.entries(urls).map(([name, url]) => {
    const curl = `curl -i${connection(url, endpoints)}`;
    return `
${printable(`${name}  ${url}`)}
  the ERP, with a token:     ${curl} ${token} ${shellWord(`${url}/orders/42`)}
  the ERP, without a token:  ${curl} ${shellWord(`${url}/orders/42`)}
  the catalogue:             ${curl} ${shellWord(`${url}/catalog/shoes`)}
`;
  });
  const link = (command: string): string => `npm run -s polygate -- link ${command}${where}`;
  return `${calls.join("")}
the ways to the ERP:  ${link("list")}
cut one, and mend it: ${link("cut erp-aws")}
                      ${link("mend erp-aws")}

Serving; each request is shown below. Ctrl-C stops.
`;
}

/** The options of curl that reach a gateway: the authority that it trusts, and the address of a name that no name server resolves here. */
function connection(url: string, endpoints: readonly Endpoint[]): string {
  const domain = endpoints.flatMap(({ domains = [] }) => domains).find((served) => url.startsWith(served.url));
  const authority = domain?.authority ?? endpoints.find((endpoint) => url.startsWith(endpoint.url))?.authority;
  const address =
    domain === undefined ? "" : ` --connect-to ${shellWord(`${new URL(url).hostname}:443:${domain.address}`)}`;
  return authority === undefined ? "" : `${address} --cacert ${shellWord(relative(process.cwd(), authority))}`;
}
