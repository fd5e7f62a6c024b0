import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { ThrottleOrder } from "./control-plane/aws/apigateway/request-throttle.ts";
import type { Link } from "./control-plane/link.ts";
import { isLoopback } from "./host-map.ts";
import type { TokenRequest } from "./issuer.ts";
import type { LinkOrder } from "./links.ts";
import { isForeignPeer } from "./peer-owner.ts";

/** A gateway that answers now. */
export interface Endpoint {
  /** The name of the vendor's resource. */
  readonly name: string;
  readonly vendor: string;
  /** e.g. `aws-http-api`. */
  readonly kind: string;
  readonly region: string;
  /** The gateway's origin, e.g. `http://127.0.0.1:41234`. */
  readonly url: string;
  /** The file of the certificate that clients must trust. Absent for a gateway over plain HTTP. */
  readonly authority?: string;
  /** The routes, as the vendor names them. */
  readonly routes: readonly string[];
  /** The custom domains of the gateway, or the VPC endpoints of a private API, which answers only through them. Absent when there are none. */
  readonly domains?: readonly EndpointDomain[];
}

/** A custom domain or a VPC endpoint, served over TLS on this machine with a certificate of the sandbox's authority. */
export interface EndpointDomain {
  /** e.g. `https://api.example.com/v1`. */
  readonly url: string;
  /** The address that serves it, e.g. `127.0.0.1:41235`. */
  readonly address: string;
  /** The file of the certificate that clients must trust. */
  readonly authority: string;
  /** Whether clients need a certificate that the domain's truststore accepts. */
  readonly clientCertificate: boolean;
}

/** The requests of another process to a running sandbox. */
export interface Admin {
  endpoints(): readonly Endpoint[];
  mintToken(request: TokenRequest): Promise<string>;
  mapHost(origin: string, target: string): void;
  throttleAws(order: ThrottleOrder): void;
  links(): readonly Link[];
  cutLink(order: LinkOrder): Promise<Link>;
  mendLink(order: LinkOrder): Promise<Link>;
}

/** The path of these requests on the issuer's port, which is the sandbox's one fixed HTTP server. */
export const adminPath = "/.polygate";

/** Handles the sandbox's own requests, and passes all others to `next`. */
export function adminHandler(admin: Admin, next: RequestListener): RequestListener {
  return (request, response) => {
    const path = new URL(request.url ?? "/", "http://sandbox.invalid").pathname;
    if (!path.startsWith(`${adminPath}/`)) {
      next(request, response);
      return;
    }
    answer(admin, path.slice(adminPath.length + 1), request).then(
      (body) => send(response, body === undefined ? 404 : 200, body ?? { error: `unknown request: ${path}` }),
      (error: unknown) => send(response, 400, { error: error instanceof Error ? error.message : String(error) }),
    );
  };
}

async function answer(admin: Admin, name: string, request: IncomingMessage): Promise<unknown> {
  refuseOthers(request);
  switch (`${request.method} ${name}`) {
    case "GET status":
      return { pid: process.pid };
    case "GET endpoints":
      return admin.endpoints();
    case "POST token":
      return { token: await admin.mintToken(tokenRequest(await json(request))) };
    case "POST hosts": {
      const { origin, target } = await json(request);
      if (typeof origin !== "string" || typeof target !== "string")
        throw new Error("origin and target must be strings");
      admin.mapHost(origin, target);
      return {};
    }
    case "GET links":
      return admin.links();
    case "POST links/cut":
      return admin.cutLink(linkOrder(await json(request)));
    case "POST links/mend":
      return admin.mendLink(linkOrder(await json(request)));
    case "POST throttle": {
      const { requests, every } = await json(request);
      if (typeof requests !== "number" || (every !== undefined && typeof every !== "number")) {
        throw new Error("requests must be a number, and every must be a number or absent");
      }
      admin.throttleAws({ requests, ...(every === undefined ? {} : { every }) });
      return {};
    }
    default:
      return undefined;
  }
}

/** Rejects requests of other users, and of web pages, which can reach loopback directly or by a name that resolves to it. */
function refuseOthers(request: IncomingMessage): void {
  const host = URL.parse(`http://${request.headers.host ?? ""}`)?.hostname ?? "";
  if (request.headers.origin !== undefined || !isLoopback(host)) {
    throw new Error("only programs on this machine may send requests to the sandbox");
  }
  if (isForeignPeer(request.socket)) throw new Error("only programs of the sandbox's user may send requests to it");
}

function linkOrder({ name, tunnel }: Record<string, unknown>): LinkOrder {
  if (typeof name !== "string" || (tunnel !== undefined && typeof tunnel !== "number")) {
    throw new Error("name must be a string, and tunnel must be a number or absent");
  }
  return { name, ...(tunnel === undefined ? {} : { tunnel }) };
}

function tokenRequest(body: Record<string, unknown>): TokenRequest {
  const { scope, audience, expiresInSeconds, subject } = body;
  const audiences = Array.isArray(audience) ? audience.filter((entry) => typeof entry === "string") : audience;
  return {
    ...(typeof scope === "string" ? { scope } : {}),
    ...(typeof audiences === "string" || Array.isArray(audiences) ? { audience: audiences } : {}),
    ...(typeof expiresInSeconds === "number" ? { expiresInSeconds } : {}),
    ...(typeof subject === "string" ? { subject } : {}),
  };
}

async function json(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body: unknown = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new Error("the body must be an object");
  return body as Record<string, unknown>;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
