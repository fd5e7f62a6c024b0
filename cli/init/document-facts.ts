import type { OpenApiSource } from "../../components/api/openapi/source.ts";
import { asOpenApi } from "../../components/api/openapi/swagger/swagger.ts";
import { printable } from "../../components/api/problem.ts";
import type { Reader } from "../../components/api/reader.ts";
import { counted, joined } from "../check-text.ts";

/** What a document contains, in a few lines. */
export interface DocumentFacts {
  readonly title: string;
  readonly lines: readonly string[];
  /** The URLs of the document's servers. */
  readonly servers: readonly string[];
}

export function factsOf(file: string, document: OpenApiSource, operations: number): DocumentFacts {
  const { root } = asOpenApi(document.again());
  const info = root.at("info");
  const title = textOf(info.at("title"));
  const servers = itemsOf(root.at("servers")).map((server) => textOf(server.at("url")));
  const schemes = root.at("components").at("securitySchemes");
  const names = schemes.isObject ? schemes.keys() : [];
  const version = textOf(info.at("version"));
  return {
    title,
    servers,
    lines: [
      `${file}: ${[title, version].filter((part) => part !== "").join(" ")}, ${counted(operations, "operation")}`,
      `  servers   ${servers.length === 0 ? "none" : joined(servers)}`,
      `  security  ${names.length === 0 ? "none" : joined(names.map((name) => `${name} (${schemeText(schemes.at(name))})`))}`,
    ].map(printable),
  };
}

function schemeText(scheme: Reader): string {
  const [type, method, name, place] = ["type", "scheme", "name", "in"].map((member) => textOf(scheme.at(member)));
  if (scheme.at("$ref").present) return textOf(scheme.at("$ref"));
  if (type === "http") return `http ${method}`;
  return type === "apiKey" ? `the key ${name} in the ${place}` : (type ?? "");
}

function itemsOf(reader: Reader): readonly Reader[] {
  return Array.isArray(reader.value) ? reader.value.map((_, index) => reader.at(index)) : [];
}

/** The first line of a text. */
function textOf({ value }: Reader): string {
  return typeof value === "string" ? (value.trim().split("\n")[0] ?? "") : "";
}
