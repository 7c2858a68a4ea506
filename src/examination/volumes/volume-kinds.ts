export type VolumeKind =
  | "whole"
  | "unallocated"
  | "fat"
  | "ntfs-exfat"
  | "windows-data"
  | "windows-dynamic"
  | "windows-recovery"
  | "windows-reserved"
  | "efi-system"
  | "boot"
  | "linux"
  | "linux-swap"
  | "linux-raid"
  | "lvm2"
  | "luks"
  | "apple-hfs"
  | "apple-apfs"
  | "apple-map"
  | "bsd"
  | "android"
  | "logical"
  | "other";

const OF_MBR: Record<number, VolumeKind> = {
  1: "fat",
  4: "fat",
  6: "fat",
  11: "fat",
  12: "fat",
  14: "fat",
  17: "fat",
  20: "fat",
  22: "fat",
  27: "fat",
  28: "fat",
  30: "fat",
  7: "ntfs-exfat",
  23: "ntfs-exfat",
  39: "windows-recovery",
  66: "windows-dynamic",
  130: "linux-swap",
  131: "linux",
  142: "lvm2",
  165: "bsd",
  166: "bsd",
  168: "apple-hfs",
  169: "bsd",
  175: "apple-hfs",
  232: "luks",
  239: "efi-system",
  253: "linux-raid",
};

// UEFI 2.10 §5.3.3; the others by their systems' own lists (Discoverable Partitions Specification, Apple TN2166).
const OF_GPT: Record<string, VolumeKind> = {
  "c12a7328-f81f-11d2-ba4b-00a0c93ec93b": "efi-system",
  "21686148-6449-6e6f-744e-656564454649": "boot",
  "e3c9e316-0b5c-4db8-817d-f92df00215ae": "windows-reserved",
  "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7": "windows-data",
  "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3": "windows-dynamic",
  "af9b60a0-1431-4f62-bc68-3311714a69ad": "windows-dynamic",
  "de94bba4-06d1-4d40-a16a-bfd50179d6ac": "windows-recovery",
  "0fc63daf-8483-4772-8e79-3d69d8477de4": "linux",
  "44479540-f297-41b2-9af7-d131d5f0458a": "linux",
  "4f68bce3-e8cd-4db1-96e7-fbcaf984b709": "linux",
  "933ac7e1-2eb4-4f13-b844-0e14e2aef915": "linux",
  "bc13c2ff-59e6-4262-a352-b275fd6f7172": "boot",
  "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f": "linux-swap",
  "a19d880f-05fc-4d3b-a006-743f0f84911e": "linux-raid",
  "e6d6d379-f507-44c2-a23c-238f2a3df928": "lvm2",
  "ca7d7ccb-63ed-4c53-861c-1742536059cc": "luks",
  "48465300-0000-11aa-aa11-00306543ecac": "apple-hfs",
  "7c3457ef-0000-11aa-aa11-00306543ecac": "apple-apfs",
  "516e7cb4-6ecf-11d6-8ff8-00022d09712b": "bsd",
  "516e7cb6-6ecf-11d6-8ff8-00022d09712b": "bsd",
  "19a710a2-b3ca-11e4-b026-10604b889dcf": "android",
  "193d1ea4-b3ca-11e4-b075-10604b889dcf": "android",
};

const OF_APM: Record<string, VolumeKind> = {
  Apple_partition_map: "apple-map",
  Apple_HFS: "apple-hfs",
  Apple_HFSX: "apple-hfs",
  Apple_APFS: "apple-apfs",
  Apple_Free: "unallocated",
  Apple_UNIX_SVR2: "bsd",
  DOS_FAT_12: "fat",
  DOS_FAT_16: "fat",
  DOS_FAT_32: "fat",
  Windows_FAT_16: "fat",
  Windows_FAT_32: "fat",
  Windows_NTFS: "ntfs-exfat",
};

export function kindOfMbr(type: number): VolumeKind {
  return OF_MBR[type] ?? "other";
}

export function kindOfGpt(guid: string): VolumeKind {
  return OF_GPT[guid] ?? "other";
}

export function kindOfApm(type: string): VolumeKind {
  return Object.hasOwn(OF_APM, type) ? (OF_APM[type] ?? "other") : "other";
}
