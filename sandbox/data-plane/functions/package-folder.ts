import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, normalize, sep } from "node:path";

/** A private temporary folder for the files of functions. */
export class PackageFolder {
  readonly path: string;
  #packages = 0;

  private constructor(path: string) {
    this.path = path;
  }

  static async make(): Promise<PackageFolder> {
    const path = await mkdtemp(join(tmpdir(), "polygate-functions-"));
    // Ends the search for a package.json that says what a function's .js files are: Lambda's ends at /var/task.
    await writeFile(join(path, "package.json"), '{ "type": "commonjs" }');
    return new PackageFolder(path);
  }

  /**
   * Writes a package's files (base64 by path), and says where.
   * @throws Error for a path that leads out of the package
   */
  async unpack(files: Readonly<Record<string, string>>): Promise<string> {
    const root = join(this.path, String(++this.#packages));
    await mkdir(root);
    for (const [path, content] of Object.entries(files)) {
      const file = normalize(path);
      if (isAbsolute(file) || file === ".." || file.startsWith(`..${sep}`) || file.includes("\0")) {
        throw new Error(`the package's file ${JSON.stringify(path)} leads out of it`);
      }
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), Buffer.from(content, "base64"));
    }
    return root;
  }

  /** Removes one package. */
  async discard(root: string): Promise<void> {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}
