/** The programs in PROGRAMS, a JSON object of names and URLs of modules, in one stack. The outputs of each are under its name. */
const { PROGRAMS = "{}" } = process.env;
const run = performance.now();
const evaluated = Object.entries<string>(JSON.parse(PROGRAMS)).map(async ([name, url]) => {
  const outputs: object = await import(`${url}?run=${run}`);
  return [name, { ...outputs }] as const;
});
export const outputs = Object.fromEntries(await Promise.all(evaluated));
