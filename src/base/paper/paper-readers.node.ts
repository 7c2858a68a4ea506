// Three readers of PDF files that people use, to hold our papers against: for tests and for looking.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Copies all text of a PDF file, pages one after the other. */
export interface PaperReader {
  name: string;
  /** Why it is not at hand. */
  missing: string | false;
  text(pdf: Uint8Array): Promise<string>;
}

interface Program {
  name: string;
  command: string;
  /** Before the file, and behind it. */
  words: string[];
  last: string[];
}

/** pdf.js (Firefox), poppler (Evince, Okular) and mupdf (SumatraPDF). */
export function paperReaders(): PaperReader[] {
  return [
    { name: "pdf.js", missing: false, text: pdfjsText },
    program({ name: "poppler", command: "pdftotext", words: ["-raw", "-enc", "UTF-8"], last: ["-"] }),
    program({ name: "mupdf", command: "mutool", words: ["draw", "-q", "-F", "text"], last: [] }),
  ];
}

function program({ name, command, words, last }: Program): PaperReader {
  const isThere = spawnSync(command, ["-v"]).error === undefined;
  return {
    name,
    missing: isThere ? false : `${command} is not installed`,
    text: async (pdf) => {
      const dir = mkdtempSync(join(tmpdir(), "phum-paper-"));
      try {
        const path = join(dir, "paper.pdf");
        writeFileSync(path, pdf);
        const told = spawnSync(command, [...words, path, ...last], { encoding: "utf8", maxBuffer: 2 ** 27 });
        if (told.status !== 0) throw new Error(`Cannot read the paper: ${command} says ${told.stderr}`);
        return told.stdout;
      } finally {
        rmSync(dir, { recursive: true });
      }
    },
  };
}

async function pdfjsText(pdf: Uint8Array): Promise<string> {
  const { getDocument } = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const loading = getDocument({ data: Uint8Array.from(pdf), verbosity: 0 });
  const document = await loading.promise;
  const pages: string[] = [];
  for (let n = 1; n <= document.numPages; n++) {
    const { items } = await (await document.getPage(n)).getTextContent({ disableNormalization: true });
    pages.push(items.map((item) => ("str" in item ? `${item.str}${item.hasEOL ? "\n" : ""}` : "")).join(""));
  }
  await loading.destroy();
  return pages.join("\n");
}
