// What the server draws, as an image.

/** Only an image that the server drew is shown, as a data address. */
export function picture(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
