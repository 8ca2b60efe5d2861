// Photos on their way to the server: made small here where the browser can, so that a weak network
// carries them. The server does not rely on it.

import type { Call } from './api'
import { words } from './words'

/** Twice what is kept: enough to be scaled down well. */
const SIDE_MAX = 1440
const QUALITY = 0.85

export interface Chosen {
  photo: Blob
  /** Where it can be shown from; none if this browser cannot read it. */
  shown: string | undefined
}

/** Ready to be sent and shown; a file that cannot be read here is left to the server as it is. */
export async function chosen(file: File): Promise<Chosen> {
  const address = URL.createObjectURL(file)
  try {
    const picture = new Image()
    picture.src = address
    await picture.decode()
    return { photo: (await small(picture)) ?? file, shown: address }
  } catch {
    URL.revokeObjectURL(address)
    return { photo: file, shown: undefined }
  }
}

/** Upright, as the picture is shown, and on white. */
function small(picture: HTMLImageElement): Promise<Blob | null> {
  const { naturalWidth: width, naturalHeight: height } = picture
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  const pen = canvas.getContext('2d')
  if (pen === null) return Promise.resolve(null)
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY))
}

export function photoPath(session: string, code: string): string {
  return `/v1/sessions/${encodeURIComponent(session)}/offers/${encodeURIComponent(code)}/photo`
}

/** Lets the offer show a file, or what another offer shows. */
export function showCall(session: string, code: string, photo: Blob | string): Call {
  const body = typeof photo === 'string' ? { from: photo } : photo
  return { method: 'PUT', path: photoPath(session, code), body }
}

/** What is wrong with a photo that was refused. */
export function faultOf(code: string): string {
  switch (code) {
    case 'photo_unreadable':
      return words.photoUnreadable
    case 'photo_too_large':
    case 'photo_too_many_pixels':
      return words.photoTooLarge
    case 'too_many_photos':
      return words.tooManyPhotos
    default:
      return ''
  }
}
