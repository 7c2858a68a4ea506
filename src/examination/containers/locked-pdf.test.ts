import assert from "node:assert/strict";
import { test } from "node:test";
import vectors from "#vectors/documents/locked-pdf.json" with { type: "json" };
import { pdfFile, pdfStream } from "./document-samples.node.ts";
import { look, noise } from "./inside-lab.node.ts";

const digests = (base64: string): { sha256: (string | null)[]; problems: string[] } => {
  const { files, problems } = look(Buffer.from(base64, "base64"));
  return { sha256: [...files.values()].map((file) => file.sha256).sort(), problems };
};

for (const { name, bytes } of vectors.cases)
  test(`lookInside() of a PDF of qpdf: ${name}`, () => {
    const plain = digests(vectors.plain);
    assert.equal(plain.sha256.length, 3);
    assert.deepEqual(digests(bytes), name === "locked" ? { sha256: [], problems: ["encrypted f"] } : plain);
  });

test("lookInside() of a PDF gives a fax as TIFF of the same bytes; JBIG2 is named", () => {
  const [fax, image] = [
    noise(301),
    "/Subtype /Image /Width 100 /Height 50 /BitsPerComponent 1 /ColorSpace /DeviceGray",
  ];
  const { files, problems } = look(
    pdfFile(
      pdfStream(4, `${image} /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 100 >>`, fax),
      pdfStream(5, `${image} /Filter [/CCF] /DecodeParms [<< /K 1 /Columns 100 /Rows 49 /BlackIs1 true >>]`, fax),
      pdfStream(6, `${image} /Filter /JBIG2Decode`, fax),
      pdfStream(7, `${image} /Filter /CCITTFaxDecode /DecodeParms << /K -1 /EncodedByteAlign true >>`, fax),
    ),
  );
  const [first, second] = [files.get("f/object-4-picture.tif")?.bytes, files.get("f/object-5-picture.tif")?.bytes];
  assert.ok(first !== undefined && second !== undefined);
  assert.ok(first.subarray(8, 309).equals(fax) && second.subarray(8, 309).equals(fax));
  const field = (bytes: Buffer, tag: number): number | undefined => {
    const at = bytes.readUInt32LE(4);
    const index = Array.from({ length: bytes.readUInt16LE(at) }, (_, i) => at + 2 + 12 * i);
    const found = index.find((entry) => bytes.readUInt16LE(entry) === tag);
    return found === undefined ? undefined : bytes.readUInt32LE(found + 8);
  };
  assert.deepEqual(
    [256, 257, 259, 262, 273, 279].map((tag) => field(first, tag)),
    [100, 50, 4, 0, 8, 301],
  );
  assert.deepEqual(
    [256, 257, 259, 262, 292].map((tag) => field(second, tag)),
    [100, 49, 3, 1, 1],
  );
  assert.deepEqual(problems, ["unsupported f/object-6-picture.jb2", "unsupported f/object-7-picture"]);
});
