import type { AwsListener } from "../../artefacts/network.ts";

/**
 * Why TLS between an integration and a listener fails; undefined when it does not. A TCP listener passes TLS through, so its
 * targets present the certificate. A TLS or HTTPS listener terminates it with a certificate of its own.
 *
 * @param serverName the name that the certificate must cover; undefined: the integration does not use TLS
 */
export function tlsProblem(
  { arn, protocol, certificateNames = [] }: AwsListener,
  serverName: string | undefined,
): string | undefined {
  const terminates = protocol === "TLS" || protocol === "HTTPS";
  if (terminates && serverName === undefined)
    return `the listener ${arn} requires TLS, which the integration does not use`;
  if (protocol === "HTTP" && serverName !== undefined) {
    return `the listener ${arn} does not support TLS, which the integration uses`;
  }
  if (!terminates || serverName === undefined || certificateNames.some((name) => covers(name, serverName))) {
    return undefined;
  }
  const names = certificateNames.join(", ") || "no name";
  return `the certificate of the listener ${arn} covers ${names}, not ${serverName}`;
}

/** RFC 6125, 6.4.3: an asterisk matches one whole label, the first. */
function covers(certificateName: string, serverName: string): boolean {
  const [certified, wanted] = [certificateName.toLowerCase(), serverName.toLowerCase()];
  if (!certified.startsWith("*.")) return certified === wanted;
  const dot = wanted.indexOf(".");
  return dot > 0 && certified.slice(1) === wanted.slice(dot);
}
