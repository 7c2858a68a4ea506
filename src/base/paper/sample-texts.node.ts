// Texts for the tests of this room: Khmer of every kind of cluster, and names as a hostile device may carry them.
import { seededRandom } from "#base/values";

export const SENTENCES = [
  "មានឯកសារក្នុងបញ្ជី នៅក្នុងឧបករណ៍នេះ៖ ឯកសារ ៣ ដូចគ្នាបេះបិទនឹងឯកសារក្នុងបញ្ជី ក្នុងនោះ ២ ត្រូវបានលុប។",
  "ការពារកុមារ កម្ពុជា ស្ត្រី ខ្ញុំ គ្រឿង ញ្ញុំ ព្រះរាជាណាចក្រ សង្គ្រោះ ឱ្យ ឲ្យ ឫទ្ធិ ៗ ១២ %",
  "បានអាន៖ ១២ % នៃឧបករណ៍ (១២០ GB ក្នុង ១ TB) ជា ១១៤.៤៤១ ចំណែក (១ MiB) ពីដើមដល់ចុង។",
  "Material from the list is on this device: 3 files, “two” of them deleted; seed 7c19-52e0.",
  "ស្វែងរក file.jpg ក្នុង D:\\Photos\\ថតថ្មី (2).zip → ⟨U+202E⟩",
];

const CONSONANTS = Array.from({ length: 33 }, (_, i) => String.fromCodePoint(0x1780 + i));
const VOWELS = ["", ..."ាិីឹឺុូួើឿៀេែៃោៅ"];
const SHIFTERS = ["", "", "", "៉", "៊"];
const SIGNS = ["", "ំ", "ះ", "់", "៍"];

/** Random clusters in the order of spelling: letter, up to two subscripts, shifter, vowel, sign. */
export function khmerClusters(seed: string, count: number): string[] {
  const random = seededRandom(seed);
  const one = <T>(from: readonly T[], other: T): T => from[random.below(from.length)] ?? other;
  return Array.from({ length: count }, () => {
    const subscripts = [1, 2].slice(0, random.below(3)).map((at) => `\u17d2${at === 2 ? "រ" : one(CONSONANTS, "ក")}`);
    return `${one(CONSONANTS, "ក")}${subscripts.join("")}${one(SHIFTERS, "")}${one(VOWELS, "")}${one(SIGNS, "")}`;
  });
}

/** Names of anything Unicode holds that shown texts let through: no control, format or private character, no spaces but U+0020. */
export function hostileNames(seed: string, count: number): string[] {
  const random = seededRandom(seed);
  const refused =
    /[\p{C}\p{Zl}\p{Zp}\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]|\s|[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
  const limits = [0x7f, 0x17ff, 0xffff, 0x10ffff];
  return Array.from({ length: count }, () => {
    let name = "";
    for (let left = 1 + random.below(60); left > 0; left--) {
      const character = String.fromCodePoint(random.below(limits[random.below(4)] ?? 0x7f));
      name += refused.test(character) ? "a" : character;
    }
    return `x${name}x`;
  });
}
