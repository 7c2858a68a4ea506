/**
 * "major:minor" of a device number as stat gives it.
 *
 * @see gnu_dev_major, gnu_dev_minor, glibc 2.36: major in bits 8-19 and 44-63, minor in bits 0-7 and 20-43.
 */
export function deviceNumber(rdev: number): string {
  const number = BigInt(rdev);
  const major = ((number >> 8n) & 0xfffn) | ((number >> 32n) & 0xfffff000n);
  const minor = (number & 0xffn) | ((number >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
