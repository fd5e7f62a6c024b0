/** The content of a function. Changing any of it results in another function. */
export interface FunctionContent {
  /** Texts by file name, including everything that they import. */
  readonly files: Readonly<Record<string, string>>;
  /** `file.export`, where the file's name has no extension. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** What it is for, in a few words. The console shows them before a hash of all the above. */
  readonly purpose: string;
}
