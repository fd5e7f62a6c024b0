import type { Note, Unchecked } from "../description.ts";
import type { Reader } from "../reader.ts";
import { isOneLine } from "./list.ts";

/** What reports show about a description that was made from an OpenAPI document. It changes nothing. */
export interface Remarks {
  readonly ignored?: Readonly<Record<string, string>>;
  readonly unchecked?: readonly Unchecked[];
  readonly notes?: readonly Note[];
}

/** The remarks in a description. */
export function readRemarks(root: Reader): Remarks {
  const [ignored, unchecked, notes] = [root.at("ignored"), root.at("unchecked"), root.at("notes")];
  return {
    ...(ignored.present ? { ignored: readIgnored(ignored) } : {}),
    ...(unchecked.present ? { unchecked: unchecked.list().flatMap((item) => readUnchecked(item) ?? []) } : {}),
    ...(notes.present ? { notes: notes.list().flatMap((item) => readNote(item) ?? []) } : {}),
  };
}

/** The reasons for which extensions of an OpenAPI document are not read. */
function readIgnored(reader: Reader): Readonly<Record<string, string>> {
  const reasons: Record<string, string> = Object.create(null);
  for (const name of reader.keys()) {
    const reason = reader.at(name).text();
    if (reason !== undefined && (reason.trim() === "" || !isOneLine(reason))) {
      const rule = "An ignored extension must have a reason, one line of text.";
      reader.at(name).problem("empty", rule, "Write why its protection is not needed.");
    }
    reasons[name] = reason ?? "";
  }
  return reasons;
}

function readUnchecked(item: Reader): Unchecked | undefined {
  if (!item.only(["what", "reason", "routes", "places"])) return undefined;
  const places = item.at("places");
  return {
    what: readLine(item.at("what")),
    reason: readLine(item.at("reason")),
    routes: readKeys(item.at("routes")),
    ...(places.present ? { places: places.list().map(readLine) } : {}),
  };
}

function readNote(item: Reader): Note | undefined {
  if (!item.only(["what", "routes"])) return undefined;
  return { what: readLine(item.at("what")), routes: readKeys(item.at("routes")) };
}

function readLine(reader: Reader): string {
  const text = reader.text();
  if (text !== undefined && (text.trim() === "" || !isOneLine(text))) {
    reader.problem("empty", "The value must be one line of text.", "Write one line of text.");
  }
  return text ?? "";
}

function readKeys(reader: Reader): readonly string[] {
  const items = reader.list();
  if (Array.isArray(reader.value) && items.length === 0) {
    reader.problem("empty", "The list must name at least one route.", "Name the routes.");
  }
  return items.flatMap((item) => item.text() ?? []);
}
