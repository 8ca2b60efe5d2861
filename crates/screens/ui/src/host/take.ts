// Files that take proof: it is asked for first, for an answer that is none would be saved as the file.

import { who } from '../who/who.svelte'

let proved = false

/** For a link with `download`: follows it once nothing asks for proof any more. */
export async function download(event: MouseEvent): Promise<void> {
  const link = event.currentTarget as HTMLAnchorElement
  if (proved) return
  event.preventDefault()
  proved = await who.proved()
  if (proved) link.click()
  proved = false
}
