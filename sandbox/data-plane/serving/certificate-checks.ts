import { type ConnectionOptions, checkServerIdentity, TLSSocket } from "node:tls";
import type { buildConnector } from "undici";
import type { CertificateChecks } from "../interpreter.ts";

/** What makes a connection check less of a backend's certificate. */
export function optionsFor({
  chain,
  name,
}: CertificateChecks): Pick<ConnectionOptions, "rejectUnauthorized" | "checkServerIdentity"> {
  return {
    ...(chain ? {} : { rejectUnauthorized: false }),
    ...(name ? {} : { checkServerIdentity: () => undefined }),
  };
}

/** Checks the name where Node.js does not, because it checks no chain. */
export function checkingName(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) =>
    connect(options, (error, socket) => {
      const host = options.servername ?? options.hostname;
      const wrong = socket instanceof TLSSocket ? checkServerIdentity(host, socket.getPeerCertificate()) : undefined;
      if (error === null && wrong !== undefined) {
        socket?.destroy();
        callback(wrong, null);
      } else if (error === null) callback(null, socket);
      else callback(error, null);
    });
}
