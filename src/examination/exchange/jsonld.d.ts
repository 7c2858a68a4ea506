// jsonld brings no types.
declare module "jsonld" {
  interface Options {
    format: "application/n-quads";
    documentLoader(url: string): Promise<never>;
  }
  const jsonld: { toRDF(document: unknown, options: Options): Promise<string> };
  export = jsonld;
}
