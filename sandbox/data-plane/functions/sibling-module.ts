import { extname } from "node:path";

/** The URL of a module in the same folder: TypeScript when run from source, JavaScript when built. */
export function siblingModule(name: string, from: string): URL {
  return new URL(`./${name}${extname(new URL(from).pathname)}`, from);
}
