/** One line of a descriptor's extents. */
export interface VmdkExtent {
  sizeBytes: number;
  kind: string;
  file: string;
  offsetBytes: number;
}

/** What a VMDK descriptor says. */
export interface VmdkDescriptor {
  createType: string;
  extents: VmdkExtent[];
  /** Recorded path of the parent; null where there is none. */
  parent: string | null;
  identifier: string;
  parentIdentifier: string;
}

const EXTENT = /^\s*(?:RW|RDONLY|NOACCESS)\s+(\d{1,15})\s+([A-Z0-9]+)(?:\s+"([^"]*)")?(?:\s+(\d{1,15}))?/;
const EXTENTS_LIMIT = 65_536;

/** Reads a descriptor's text. @see VMware, Virtual Disk Format 5.0, "The Descriptor File" */
export function readDescriptor(text: string): VmdkDescriptor {
  const descriptor: VmdkDescriptor = {
    createType: "",
    extents: [],
    parent: null,
    identifier: "",
    parentIdentifier: "",
  };
  let hint = "";
  for (const line of text.split(/\r?\n/)) {
    const [, size = "", kind = "", file = "", at = "0"] = EXTENT.exec(line) ?? [];
    if (kind !== "" && descriptor.extents.length < EXTENTS_LIMIT) {
      descriptor.extents.push({ sizeBytes: Number(size) * 512, kind, file, offsetBytes: Number(at) * 512 });
      continue;
    }
    const [, key = "", quoted, bare = ""] = /^\s*([A-Za-z.]+)\s*=\s*(?:"([^"]*)"|(\S*))/.exec(line) ?? [];
    const value = quoted ?? bare;
    if (key === "createType") descriptor.createType = value;
    else if (key === "CID") descriptor.identifier = value.toLowerCase();
    else if (key === "parentCID") descriptor.parentIdentifier = value.toLowerCase();
    else if (key === "parentFileNameHint") hint = value;
  }
  const own = descriptor.parentIdentifier === "" || descriptor.parentIdentifier === "ffffffff";
  return { ...descriptor, parent: own ? null : hint };
}
