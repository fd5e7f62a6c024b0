/** What a function is. Whatever stands here, when it changes, makes another function. */
export interface FunctionContent {
  /** Texts by the name of their file, with everything that they import. */
  readonly files: Readonly<Record<string, string>>;
  /** `file.export`, with the file's name less its ending. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** What it is for, in a few words, shown in the console before a hash of all the above. */
  readonly purpose: string;
}
