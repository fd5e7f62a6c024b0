import { ProblemList } from "../problem.ts";
import { Reader } from "../reader.ts";

/** The URL of a server may be relative. Any origin will do for those. */
const RELATIVE = "https://relative.invalid";

/** The base paths of servers, where they belong to the routes; empty where they belong to the backends. */
export class BasePaths {
  readonly #isOfRoutes: boolean;
  readonly #known = new Map<unknown, string>();

  constructor(root: Reader) {
    const owner = root.at("x-polygate").at("basePath");
    this.#isOfRoutes = owner.present && owner.oneOf(["backend", "route"]) === "route";
  }

  /** The base path of a list of servers. */
  of(servers: Reader): string {
    if (!this.#isOfRoutes || !servers.present) return "";
    const known = this.#known.get(servers.value) ?? read(servers);
    this.#known.set(servers.value, known);
    return known;
  }
}

function read(servers: Reader): string {
  const bases = new Set(servers.list().map((server) => pathOf(urlOf(server))));
  if (bases.size > 1) {
    servers.problem(
      "several-base-paths",
      `The servers have several base paths: ${[...bases].join(", ")}.`,
      "Set basePath to backend, or give all servers the same base path.",
    );
  }
  return [...bases][0] ?? "";
}

/** A backend that the document implies by the servers of an operation or its path. */
export interface ServerBackend {
  readonly name: string;
  /** The server's URL, as far as the backend is bound with it. */
  readonly url: string;
}

/** The backends of operations whose servers are not those of the document: one for each first server. */
export class ServerBackends {
  readonly #isOfRoutes: boolean;
  /** The document's own server. */
  readonly #own: string;
  readonly #names = new Map<string, string>();

  constructor(root: Reader) {
    this.#isOfRoutes = root.at("x-polygate").at("basePath").value === "route";
    // Without basePath, nothing depends on the document's own servers, so mistakes in them are no problems.
    this.#own = this.#urlOf(new Reader(root.at("servers").value ?? [], "", new ProblemList()));
  }

  /** The backend of an operation with these servers. Undefined if they begin with the document's own. */
  of(servers: Reader): ServerBackend | undefined {
    const url = this.#urlOf(servers);
    if (url === this.#own) return undefined;
    const name = this.#names.get(url) ?? this.#free(nameOf(url));
    this.#names.set(url, name);
    return { name, url };
  }

  /** The URL of the first server, which stands for all of them. An empty list is that with the URL "/". */
  #urlOf(servers: Reader): string {
    const [first] = servers.list();
    const url = first === undefined ? URL.parse("/", RELATIVE) : urlOf(first);
    const origin = url?.origin === RELATIVE ? "" : (url?.origin ?? "");
    return this.#isOfRoutes ? origin : `${origin}${pathOf(url)}`;
  }

  #free(wanted: string): string {
    // The name of the document's own backend, where none is declared.
    const taken = new Set(["backend", ...this.#names.values()]);
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted.slice(0, 60)}${count}`;
    return name;
  }
}

/** The name of a backend, from the host and the base path of its server: `filesExampleComV2`. */
function nameOf(url: string): string {
  const words = url
    .replace(/^\w+:\/\//, "")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
  const name = words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join("");
  return (/^[A-Za-z]/.test(name) ? name : `server${name}`).slice(0, 63);
}

function pathOf(url: URL | null | undefined): string {
  return url?.pathname.replace(/\/+$/, "") ?? "";
}

/** A server's URL, with the defaults of its variables. */
function urlOf(server: Reader): URL | null {
  const url = server.at("url").text() ?? "";
  const filled = url.replace(/\{([^{}]*)\}/g, (_, name: string) => {
    const fallback = server.at("variables").at(name).at("default").value;
    if (typeof fallback === "string") return fallback;
    server
      .at("url")
      .problem(
        "undeclared-server-variable",
        `The server's URL contains {${name}}, and no variable of that name has a default.`,
        `Write "variables": { ${JSON.stringify(name)}: { "default": "..." } }, or write the value in the URL.`,
      );
    return "";
  });
  if (/[{}]/.test(filled)) {
    server.at("url").problem("bad-url", `"${url}" has a brace without its counterpart.`, "Correct the server's URL.");
    return null;
  }
  const parsed = URL.parse(filled, RELATIVE);
  if (parsed === null) server.at("url").problem("bad-url", `"${url}" is not a URL.`, "Correct the server's URL.");
  return parsed;
}
