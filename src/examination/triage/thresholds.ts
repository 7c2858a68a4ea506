// Every number on which a verdict or a plan turns, with its reason. Nothing else in this room holds one.
// "Measured" means: on 25 November 2026, by benches/sampling.bench.ts or as docs/design/0007-plan-and-bound.md tells.
const KIB = 1024;
const MIB = 1024 * KIB;

/** What green asks for. 20 MiB at 99 %: the target that officers know from the anchor product, so answers compare. */
export const GOAL = { targetBytes: 20 * MIB, confidence: 0.99 } as const;

/**
 * Red: this many confirmed blocks with distinct contents among 64 neighbouring blocks (256 KiB) of one phase and one set.
 * By chance: below 1e-25 a TiB at 48 bits. Three, not two, because blocks common to unrelated files come in correlated
 * pairs (Garfinkel and McCarrin, DFRWS 2015); 64, because a picture of 196 KiB then fits whole.
 */
export const WINDOW_BLOCKS = 64;
export const RED_DISTINCT_BLOCKS = 3;

/** A whole file below this says too little: empty files, one-pixel pictures and markers are equal everywhere. */
export const WHOLE_FILE_MIN_BYTES = 512;

/** Hits kept in detail (1 GiB of material, about 20 MB of memory): the first by place, whatever the order of arrival. */
export const KEPT_HITS = 2 ** 18;
/** Findings a report shows: a court reads the first thousands at most, and 10,000 are 4 MB of JSON. */
export const SHOWN_FINDINGS = 10_000;

/** One picture as phones made them for years, and the middle one of the three shapes of the bound. */
export const FILE_SHAPE_BYTES = 196 * KIB;

/**
 * Random step, as a share of the largest step that reaches the goal. A fixed step can be in tune with a fixed distance
 * between fragments; 8 % of play puts fragments one step apart out of tune within 13 steps, and costs at most 8.7 % more reads.
 */
export const STEP_SHARE = { least: 0.92, most: 1 } as const;

/** The first pass is this coarse at most (runs): a disk gives its first overview in 8 to 16 s. */
export const FIRST_PASS_RUNS = 512;
/** Runs of the grid at most, beyond the goal: 600,000 intervals are 10 MB and 38 MB of run records. */
export const GRID_RUNS_MOST = 600_000;
/** Runs until the goal at most, where longer runs can still help: above 5 TB flash gets runs of up to 1 MiB, not more of them. */
export const GOAL_RUNS_MOST = 1_200_000;
export const LONGEST_RUN_BYTES = MIB;
/** What can be read in order within this time is not sampled at all: the sure answer is as quick. */
export const IN_ORDER_SECONDS = 10;
/** Reading in order: 1-4 MiB measured best; 4 MiB keeps the run records few. */
export const CHUNK_BYTES = 4 * MIB;

/**
 * Models of media, to choose run lengths and to say how long it may take; never part of the bound.
 * rotating: best run ≈ seek time × transfer rate (5-8 ms × 150 MB/s ≈ 1 MiB); 8 ms a far seek, 5 ms in disk order.
 * flash: 2,000 reads a second and 100 MB/s, a slow USB stick; 16 KiB cost little more than 4 KiB there.
 * image: a file on the officer's own disk; 64 KiB is what read-ahead fetches anyway.
 */
export const MEDIA = {
  rotating: { runBytes: MIB, farSeekMs: 8, seekMs: 5, bytesPerSecond: 150e6 },
  flash: { runBytes: 16 * KIB, farSeekMs: 0.5, seekMs: 0.5, bytesPerSecond: 100e6 },
  image: { runBytes: 64 * KIB, farSeekMs: 0.2, seekMs: 0.2, bytesPerSecond: 500e6 },
} as const;
/** A pass with fewer runs than this over the whole device is charged the far seek. */
export const FAR_SEEK_RUNS = 8192;

/** Read around a hit, each side: the fragments of one file mostly lie this near, and it costs 30 ms on a disk. */
/**
 * A guided probe: the listed block at a file's probe place, one before it and two behind it: three that stand side by side are
 * red. All of them together take at most a twentieth of the time for reading everything.
 */
export const GUIDED_RUN_BYTES = 16 * KIB;
export const GUIDED_SHARE = 0.05;
export const NEIGHBOURHOOD_BYTES = 2 * MIB;

/** Dying disks: after an error jump ahead, doubling: 64 KiB is one bad track's piece, 16 MiB a bad head's zone. */
export const JUMP = { firstBytes: 64 * KIB, mostBytes: 16 * MIB } as const;
/** Time for going back to what was jumped over; each error may cost a disk seconds, and every second can be its last. */
export const RETRY_SECONDS = 60;
/** A read that takes longer is abandoned: disks give up on a sector after 7 to 15 s by themselves. */
export const READ_TIMEOUT_MS = 20_000;

/**
 * Encryption without a known header: share of the non-blank samples (4 KiB cells) whose bytes are as even as random ones.
 * Measured share at chi-square ≤ 340: AES 100 %, XZ 99.9 %, WebP 99.7 %, MP4 98.3 %, Brotli 90 %, Deflate 62-80 %, Zstandard
 * 52 %, PNG 29 %, JPEG 3 %. Random bytes exceed 340 once in 5,000.
 */
export const ENCRYPTED_SHARE = 0.95;
export const RANDOM_CHI_SQUARE = 340;
/** Fewer samples decide nothing. */
export const ENCRYPTED_SAMPLES = 64;
/**
 * Films pass the share above, but their mean gives them away: random cells have mean 255, deviation 22.6; passing MP4 cells
 * measured 258.1 (1,394 cells). Above 255 + max(2, four standard errors) there is structure. The floor of 2 lets 5 % of
 * compressed files stand beside an encrypted volume. Archives (XZ, 7z) and WebP stay amber: they cannot be looked into either.
 */
export const RANDOM_MEAN = { mean: 255, deviation: 22.6, floor: 2, errors: 4 } as const;

/**
 * Wiped or never used: this share of what was read is blank. 99.9 % lets a 16 GB stick with twenty photographs pass and still
 * names a quick-formatted one; new and emptied media cannot be told apart, so the next step asks.
 */
export const WIPED_SHARE = 0.999;

/** Cells of the device's tape on page one: as many as stay apart on a printed line. */
export const TAPE_CELLS = 64;

/** A whole file with fewer bits a byte than this (blank pages, two-colour drawings) is too easily equal by itself. */
export const WHOLE_FILE_MIN_ENTROPY_BITS = 1;
/** Bits of a confirmed match (both planes) and of a fingerprint, for the number of matches expected by chance. */
export const CONFIRMED_BITS = 48;
export const FINGERPRINT_BITS = 64;

/** Free space is searched for directories without a name in volumes up to this size: it means reading all of it. */
export const ORPHANS_MOST_BYTES = 2 ** 30;

/**
 * Comparing by likeness, after the exact checks. Minutes it may take: a quick look has to answer soon and can be gone on from; otherwise
 * two hours are some 800,000 drawings of 3 megapixels on two cores (docs/design/0022-likeness.md), fewer photographs. Pictures above 128 MiB are no photographs of a phone; each of them is held in
 * memory. Files of a medium beyond 500,000 are told as not looked into: their list would fill the memory.
 */
export const LIKENESS_WORK = {
  quickMinutes: 5,
  mostMinutes: 120,
  pictureMostBytes: 128 * MIB,
  filesMost: 500_000,
  /** Pictures on no list that are grouped into series. */
  unknownMost: 200_000,
} as const;

/**
 * Comparing by likeness what stands in files, and what no folder names. These bytes come once and are held in memory until they are
 * decoded: 32 MiB hold any photograph of a phone and a short clip, 64 MiB two of them; what is larger is told as too large. Whoever gives
 * them waits meanwhile, for at most half of the time for comparing: the other half is left to files that have a name of their own.
 */
export const INNER_LIKENESS = {
  fileMostBytes: 32 * MIB,
  heldMostBytes: 64 * MIB,
  /** Small ones that wait to be decoded. */
  waitingMost: 64,
  filesMost: 200_000,
  timeShare: 0.5,
} as const;

/**
 * Comparing files of images and devices whole with hash lists. Minutes it may take: a list of millions has nearly every size of a small
 * file, and reading all of them takes a disk hours; a quick look takes pictures and films first, and says what it left.
 */
export const WHOLE_WORK = { quickMinutes: 5, mostMinutes: 24 * 60 } as const;

/**
 * Looking into files, after the exact checks. Minutes it may take: as long as comparing by likeness; a quick look answers soon, and
 * takes only files that are named like archives, documents, mails and stores.
 */
export const INSIDE_WORK = { quickMinutes: 5, mostMinutes: 120 } as const;
