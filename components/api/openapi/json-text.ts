/**
 * The first member that an object of a valid JSON text has twice, and its offset. `JSON.parse` keeps the last one without an
 * error.
 */
export function duplicateMember(text: string): { readonly member: string; readonly offset: number } | undefined {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
  // One entry for each open object or list; undefined for a list.
  const open: (Set<string> | undefined)[] = [];
  let expectsMember = false;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const token = match[0];
    if (token === "{" || token === "[") {
      open.push(token === "{" ? new Set() : undefined);
      expectsMember = token === "{";
    } else if (token === "}" || token === "]") {
      open.pop();
      expectsMember = false;
    } else if (token === ",") {
      expectsMember = open.at(-1) !== undefined;
    } else if (token !== ":" && expectsMember) {
      const member: string = JSON.parse(token);
      if (open.at(-1)?.has(member) === true) return { member, offset: match.index };
      open.at(-1)?.add(member);
      expectsMember = false;
    }
  }
  return undefined;
}

/** A value of a JSON text: where it begins, and what it contains. A list has its items by their indexes. */
export interface JsonValue {
  readonly offset: number;
  readonly members?: ReadonlyMap<string, JsonValue>;
}

/** Where the values of a valid JSON text are. */
export function jsonTree(text: string): JsonValue {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;
  const root = new Map<string, JsonValue>();
  const open: { readonly members: Map<string, JsonValue>; readonly isList: boolean }[] = [
    { members: root, isList: true },
  ];
  let member: string | undefined;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const token = match[0];
    if (token === ":" || token === ",") continue;
    if (token === "}" || token === "]") {
      open.pop();
      continue;
    }
    const around = open.at(-1);
    if (around === undefined) break;
    if (!around.isList && member === undefined) {
      member = JSON.parse(token) as string;
      continue;
    }
    const isContainer = token === "{" || token === "[";
    const members = isContainer ? new Map<string, JsonValue>() : undefined;
    const value = { offset: match.index, ...(members === undefined ? {} : { members }) };
    around.members.set(member ?? String(around.members.size), value);
    member = undefined;
    if (members !== undefined) open.push({ members, isList: token === "[" });
  }
  return root.get("0") ?? { offset: 0 };
}
