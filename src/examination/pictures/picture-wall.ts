/**
 * What stands around a child that decodes. "filter": it can call the system for its own memory, threads and pipes alone.
 * "process": it is another process, bounded in time, and nothing more.
 */
export type PictureWall = "filter" | "process";
