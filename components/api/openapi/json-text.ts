/** The first member that stands twice in one object of a valid JSON text, and where; `JSON.parse` keeps the last in silence. */
export function duplicateMember(text: string): { readonly member: string; readonly offset: number } | undefined {
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
  // One entry an open object or list; undefined for a list.
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
