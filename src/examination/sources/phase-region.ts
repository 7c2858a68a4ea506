/** What the headers of a source say about where blocks of files begin. */
export interface KnownPhases {
  scheme: "gpt" | "mbr" | "volume" | "none";
  /** Sorted, without gap or overlap from 0 to the size of the source. */
  regions: PhaseRegion[];
  /** End of the farthest partition or volume: beyond the source's size where the source is only a part of it. */
  claimedBytes: number;
}

export interface PhaseRegion {
  startByte: number;
  endByte: number;
  /** Sector number mod 8, from byte 0 of the source, at which every file's blocks begin; null: unknown, all eight. */
  phase: number | null;
  /** Lower-case name such as "fat32", "exfat", "ntfs", "ext", "hfs+", "apfs"; null where none was recognised. */
  fileSystem: string | null;
  encrypted: Encryption | null;
}

/** "VeraCrypt-like": both ends of a volume are incompressible without any structure; it has no header by design. */
export type Encryption = "BitLocker" | "LUKS" | "FileVault" | "VeraCrypt-like";
