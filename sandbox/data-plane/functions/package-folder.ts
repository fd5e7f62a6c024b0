import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, normalize, sep } from "node:path";

/** A private temporary folder with the files of one function. */
export class PackageFolder {
  readonly path: string;
  /** The folder of the files: Lambda's `/var/task`. */
  readonly root: string;

  private constructor(path: string) {
    this.path = path;
    this.root = join(path, "task");
  }

  /**
   * Writes a package's files.
   * @param files base64 by path
   * @throws Error for a path that leads out of the package
   */
  static async create(files: Readonly<Record<string, string>>): Promise<PackageFolder> {
    const folder = new PackageFolder(await realpath(await mkdtemp(join(tmpdir(), "polygate-functions-"))));
    try {
      // Ends the search for the package.json that decides the type of a function's .js files, as /var/task does on Lambda.
      await writeFile(join(folder.path, "package.json"), '{ "type": "commonjs" }');
      await mkdir(folder.root);
      for (const [path, content] of Object.entries(files)) await folder.#write(path, content);
    } catch (error) {
      await folder.remove();
      throw error;
    }
    return folder;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }

  async #write(path: string, content: string): Promise<void> {
    const file = normalize(path);
    if (isAbsolute(file) || file === ".." || file.startsWith(`..${sep}`) || file.includes("\0")) {
      throw new Error(`the package's file ${JSON.stringify(path)} is outside of the package`);
    }
    await mkdir(dirname(join(this.root, file)), { recursive: true });
    await writeFile(join(this.root, file), Buffer.from(content, "base64"));
  }
}
