/** Pictures and films, by the ends of their names; a name says nothing about content, only what is looked at first. */
const MEDIA_NAMES =
  /\.(jpe?g|jfif|png|gif|bmp|tiff?|webp|hei[cf]|avif|psd|raw|cr2|nef|arw|dng|mp4|m4v|mov|avi|mkv|webm|wmv|mpe?g|3gp|flv|ts|mts|vob|divx)$/i;

const latin = new TextDecoder("latin1");

/** Whether a name ends like that of a picture or film. */
export function hasMediaName(name: Uint8Array | undefined): boolean {
  return name !== undefined && MEDIA_NAMES.test(latin.decode(name.subarray(-16)));
}
