/** A step of a walk: the file system, and the number of the entry in it. */
interface Step {
  tree: number;
  entries: number;
}

/** Counts entries over all file systems, from steps that count within each; a walk that begins again counts on where it was. */
export function entryCount(tell: (entries: number) => void): (step: Step) => void {
  let [tree, before, entries, most] = [0, 0, 0, 0];
  return (step) => {
    if (step.tree < tree) before = 0;
    if (step.tree > tree) before += entries;
    [tree, entries] = [step.tree, step.entries];
    most = Math.max(most, before + entries);
    tell(most);
  };
}
