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
