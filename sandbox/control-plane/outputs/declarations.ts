/** Reads the declaration files of the SDKs, which are generated and have one form. A parser of TypeScript would take a minute for them. */

/** A member of an interface or class, without `pulumi.Input` and `pulumi.Output`. */
export interface Member {
  readonly type: string;
  readonly optional: boolean;
}

export type Members = ReadonlyMap<string, Member>;

/** The members of the interface or class that begins with a text; none without one. */
export function membersOf(source: string, beginning: string): Members {
  const start = source.indexOf(beginning);
  return start < 0 ? new Map() : readMembers(source.slice(start, source.indexOf("\n}", start)), 4);
}

/** All interfaces of a declaration file by their dotted names. */
export function interfacesOf(source: string): ReadonlyMap<string, Members> {
  const found = new Map<string, Members>();
  const spaces: { readonly depth: number; readonly name: string }[] = [];
  for (const [, indent = "", kind, name = "", body] of source
    .matchAll(/^( *)(?:export )?(?:declare )?(?:(namespace) (\w+) \{|interface (\w+) \{$[\s\S]*?^\1\})/gm)
    .map((match) => [match[0], match[1], match[2], match[3] ?? match[4], match[0]])) {
    while ((spaces.at(-1)?.depth ?? -1) >= indent.length) spaces.pop();
    if (kind === "namespace") spaces.push({ depth: indent.length, name });
    else found.set([...spaces.map((space) => space.name), name].join("."), readMembers(body ?? "", indent.length + 4));
  }
  return found;
}

function readMembers(body: string, indent: number): Members {
  const members = new Map<string, Member>();
  const member = new RegExp(`^ {${indent}}(?:readonly )?(\\w+)(\\??): ([^;{]*\\{[^}]*\\}[^;{]*|[^;{]*);$`, "gm");
  for (const [, name = "", mark, written = ""] of body.matchAll(member)) {
    const type = unwrapped(written);
    const optional = mark === "?" || /\| undefined$/.test(type);
    members.set(name, { type: type.replace(/ \| undefined$/, ""), optional });
  }
  return members;
}

/** A type without `pulumi.Input` and `pulumi.Output` around it. */
function unwrapped(type: string): string {
  return /^pulumi\.(?:Input|Output)<([\s\S]*)>$/.exec(type)?.[1] ?? type;
}
