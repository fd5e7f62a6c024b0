import type { Reader } from "../reader.ts";

/** The base path of the document's servers if it belongs to the routes; empty if it belongs to the backend. */
export function readBasePath(root: Reader): string {
  const owner = root.at("x-polygate").at("basePath");
  if (!owner.present || owner.oneOf(["backend", "route"]) !== "route") return "";
  const servers = root.at("servers");
  const bases = new Set((servers.present ? servers.list() : []).map(pathOf));
  if (bases.size > 1) {
    servers.problem(
      "several-base-paths",
      `The servers have several base paths: ${[...bases].join(", ")}.`,
      "Set basePath to backend, or give all servers the same base path.",
    );
  }
  return [...bases][0] ?? "";
}

/** The path of a server's URL, with the defaults of its variables. */
function pathOf(server: Reader): string {
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
    return "";
  }
  // The URL of a server may be relative. Only its path matters, so any origin will do.
  const parsed = URL.parse(filled, "https://relative.invalid");
  if (parsed === null) server.at("url").problem("bad-url", `"${url}" is not a URL.`, "Correct the server's URL.");
  return parsed?.pathname.replace(/\/+$/, "") ?? "";
}
