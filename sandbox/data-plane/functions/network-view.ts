import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { LoopbackHostMap } from "../../host-map.ts";
import type { NetworkView } from "./messages.ts";

/** The view of the network that this thread has now. */

let hosts = new LoopbackHostMap(new Map());
let hostsText = "[]";
let authority: string | undefined;

/** Sets the view for requests from now on. */
export function setNetwork(view: NetworkView): void {
  const text = JSON.stringify(view.hosts);
  if (text !== hostsText) {
    hostsText = text;
    hosts = new LoopbackHostMap(new Map(view.hosts));
  }
  if (view.authority !== undefined && view.authority !== authority) {
    authority = view.authority;
    setDefaultCACertificates([...getCACertificates("default"), authority]);
  }
}

/** The origin on this machine that the host map leads a URL to; undefined when the URL is not mapped. */
export function mappedTarget(url: URL): URL | undefined {
  const target = hosts.resolve(url);
  return target?.origin === url.origin ? undefined : target;
}
