const MEDIA = new Set(
  (
    "jpg jpeg jpe jfif png gif bmp webp tif tiff heic heif avif dng cr2 cr3 nef arw orf rw2 psd " +
    "mp4 m4v mov 3gp 3g2 avi mkv webm wmv mpg mpeg mts m2ts flv vob ts"
  ).split(" "),
);

/** Whether a name ends like those of pictures and films: such entries come first. Nothing is left out for its name. */
export function isMediaName(name: Uint8Array): boolean {
  return MEDIA.has(endingOf(name));
}

/** The ending of a name, in small letters; "" where it has none. */
export function endingOf(name: Uint8Array): string {
  const dot = name.lastIndexOf(0x2e);
  if (dot < 0 || name.length - dot > 12) return "";
  return String.fromCharCode(...name.subarray(dot + 1)).toLowerCase();
}
