import { NOTICES, type Notice, type NoticeCode } from "./notices.ts";
import {
  type Alikeness,
  type Bound,
  CATEGORIES,
  CERTAINTIES,
  type Coverage,
  type FilterRecord,
  type Finding,
  LIKENESS_ENDS,
  type LikenessRecord,
  MATCHED,
  POSITIONS,
  PROOFS,
  REASONS,
  type ReasonFact,
  type Report,
  type ReportSeal,
  type SignedReport,
  type SourceRecord,
  STANDINGS,
  UNDECODED,
  type UnreadRange,
} from "./report-record.ts";
import {
  either,
  flag,
  freeObject,
  list,
  nullable,
  object,
  oneOf,
  real,
  record,
  type Shape,
  text,
  whole,
} from "./shape.ts";

const hex32 = text({ min: 64, max: 64, pattern: "^[0-9a-f]{64}$" });
const name = text({ max: 1000 });
const place = text({ max: 65_536 });
const moment = text({
  max: 30,
  pattern: "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z$",
});
const MANY = 1_000_000;
const TAPE_CELLS = 64;

const likeness = object<Alikeness>(
  {
    distanceBits: whole(0, 256),
    thresholdBits: whole(0, 256),
    quality: whole(0, 100),
    position: oneOf(POSITIONS),
    entry: whole(),
    part: text({ min: 1, max: 40 }),
    confirmedBy: whole(0, 255),
    percent: whole(0, 100),
    spans: list(object({ fromMs: whole(), toMs: whole() }), 20),
    agrees: oneOf(PROOFS),
  },
  ["confirmedBy", "percent", "spans", "agrees"],
);

const likenessRecord = object<LikenessRecord>({
  filesTotal: whole(),
  filesOpened: whole(),
  compared: whole(),
  undecoded: whole(),
  ended: oneOf(LIKENESS_ENDS),
  undecodedFirst: list(object({ place, why: oneOf(UNDECODED) }), 1000),
  series: whole(),
  seriesFiles: whole(),
  seriesFirst: list(object({ place, files: whole(2) }), 1000),
});

const finding = object<Finding>(
  {
    place,
    placeBytes: text({ max: 131_072, pattern: "^([0-9a-f]{2})*$" }),
    offsetBytes: whole(),
    lengthBytes: whole(),
    phase: nullable(whole(0, 7)),
    set: name,
    release: name,
    category: oneOf(CATEGORIES),
    kind: oneOf(["blocks", "whole-file", "likeness"]),
    confirmed: flag,
    blocks: whole(),
    distinctBlocks: whole(),
    weight: oneOf(["red", "amber"]),
    inside: flag,
    misnamed: flag,
    standing: oneOf(STANDINGS),
    certainty: oneOf(CERTAINTIES),
    matched: object({ algorithms: list(oneOf(MATCHED), MATCHED.length), sizeEqual: flag }),
    likeness,
  },
  ["placeBytes", "inside", "misnamed", "standing", "certainty", "matched", "likeness"],
);

const unread = object<UnreadRange>({
  place,
  offsetBytes: whole(),
  lengthBytes: whole(),
  why: oneOf(["input-error", "timeout", "refused", "vanished", "not-regular"]),
});

const noticeShape = object<Notice>({
  code: oneOf(Object.keys(NOTICES) as NoticeCode[]),
  values: record(either(text({ max: 4000 }), real(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)), 20),
});

const coverage = object<Coverage>(
  {
    bytesTotal: whole(),
    bytesRead: whole(),
    fraction: real(0, 1),
    phases: list(whole(0, 7), 8),
    bytesBlank: whole(),
    bytesUnread: whole(),
    filesTotal: whole(),
    filesProbed: whole(),
    filesRead: whole(),
    tape: list(object({ read: real(0, 1), found: flag, unread: flag }), TAPE_CELLS, TAPE_CELLS),
  },
  ["filesTotal", "filesProbed", "filesRead"],
);

const bound = object<Bound>(
  {
    confidence: real(0, 1),
    targetBytes: nullable(whole()),
    goalBytes: whole(),
    reached: flag,
    hardest: nullable(object({ fileBytes: whole(), confidence: real(0, 1) })),
  },
  ["hardest"],
);

const readOnly = object<SourceRecord["readOnly"]>({
  hardware: nullable(flag),
  kernel: nullable(flag),
  mounted: flag,
  mountedWritable: flag,
});

const source = object<SourceRecord>(
  {
    kind: oneOf(["folder", "image", "device"]),
    place,
    sizeBytes: whole(),
    medium: oneOf(["rotating", "flash", "image", "folder"]),
    segments: whole(),
    serial: name,
    model: name,
    readOnly,
  },
  ["segments", "serial", "model"],
);

const filter = object<FilterRecord>({
  name,
  agency: name,
  category: oneOf(CATEGORIES),
  release: name,
  releasedAt: moment,
  validUntil: moment,
  graceUntil: moment,
  digest: hex32,
  signedBy: hex32,
  keys: whole(),
  expired: flag,
});

const fact = object<ReasonFact>({ reason: oneOf(REASONS), place, offsetBytes: whole(), lengthBytes: whole(), name }, [
  "name",
]);

const clock = object<Report["clock"]>({
  startedAt: moment,
  endedAt: moment,
  zone: text({ min: 1, max: 64 }),
  statedAt: nullable(moment),
  offsetMs: nullable(whole(Number.MIN_SAFE_INTEGER)),
});

const reportFields = {
  format: oneOf(["phum-report"]),
  version: oneOf([1]),
  practice: flag,
  exhibit: text({ min: 1, max: 200 }),
  basis: nullable(name),
  verdict: oneOf(["red", "amber", "green"]),
  reasons: list(oneOf(REASONS), REASONS.length),
  facts: list(fact, 10_000),
  coverage,
  bound,
  findings: list(finding, MANY),
  unconfirmed: whole(),
  unread: list(unread, MANY),
  notices: list(noticeShape, 1000),
  likeness: likenessRecord,
  filter: list(filter, 1000, 1),
  source,
  plan: freeObject,
  reads: object<Report["reads"]>({
    leaves: whole(),
    root: hex32,
    digest: oneOf(["sha256", "sha256-of-sector-hashes"]),
  }),
  officer: object<Report["officer"]>({ name, unit: name, signPublic: hex32, vouchedFor: flag }),
  clock,
  tool: object<Report["tool"]>({ name, version: name, digest: hex32 }),
  journal: object<Report["journal"]>({ entries: whole(1), head: hex32 }),
  annex: object<NonNullable<Report["annex"]>>({ file: oneOf(["annex.age"]), digest: hex32 }),
} as const;

const seal = object<ReportSeal>(
  {
    signPublic: hex32,
    certificate: nullable(freeObject),
    digest: hex32,
    html: hex32,
    pdf: hex32,
    signature: text({ min: 128, max: 128, pattern: "^[0-9a-f]{128}$" }),
  },
  ["pdf"],
);

/** The signed report: what docs/formats/report.schema.json says, generated from this. */
export const signedReportShape: Shape<SignedReport> = object<SignedReport>({ ...reportFields, seal }, [
  "facts",
  "annex",
  "likeness",
]);
