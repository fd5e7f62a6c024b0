const call = /\b(http|fn|onPrem|jwt|apiKey|allOf|iam|open)\(([^()]*)\)/;

/** A remedy with the calls of helpers, such as `jwt({ audiences: [...] })`, as a document declares the same: in JSON. */
export function inDocumentForm(remedy: string): string {
  let text = remedy;
  // The innermost calls come first, since no other is without parentheses.
  for (let found = call.exec(text); found !== null; found = call.exec(text)) {
    const [whole, kind = "", inner = ""] = found;
    text = text.replace(whole, () => declared(kind, inner));
  }
  return text;
}

function declared(kind: string, inner: string): string {
  const members = membersOf(kind, inner.trim());
  return `{ "kind": "${kind}"${members === "" ? "" : `, ${members}`} }`;
}

function membersOf(kind: string, inner: string): string {
  if (kind === "open") return `"reason": ${inner}`;
  if (kind === "allOf") return `"of": [${inner}]`;
  return inner.replace(/^\{ *| *\}$/g, "").replace(/\b(\w+):/g, '"$1":');
}
