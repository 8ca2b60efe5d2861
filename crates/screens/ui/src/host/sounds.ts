// Short beeps made by the browser, and vibration: each with its switch, remembered where possible.

export type Cue = 'first' | 'soldOut' | 'needs' | 'lost'
export type Switch = Cue | 'vibrate' | 'keys'

const NOTES: Record<Cue, number[]> = {
  first: [660, 880],
  soldOut: [440, 330, 330],
  needs: [740],
  lost: [330, 220],
}
const NOTE_S = 0.14
const STORE = 'chot.host.switches'

export function readSwitches(): Record<Switch, boolean> {
  const all = { first: true, soldOut: true, needs: false, lost: true, vibrate: true, keys: true }
  try {
    return { ...all, ...(JSON.parse(localStorage.getItem(STORE) ?? '{}') as object) }
  } catch {
    return all
  }
}

export function keepSwitches(switches: Record<Switch, boolean>): void {
  try {
    localStorage.setItem(STORE, JSON.stringify(switches))
  } catch {
    // A browser that keeps nothing: the switches hold until the page is left.
  }
}

let context: AudioContext | undefined

export function play(cue: Cue, switches: Record<Switch, boolean>): void {
  if (!switches[cue]) return
  const touched = navigator.userActivation?.hasBeenActive !== false
  if (switches.vibrate && touched) navigator.vibrate?.(cue === 'lost' ? [200, 80, 200] : 120)
  if (!touched) return
  context ??= new AudioContext()
  NOTES[cue].forEach((pitch, at) => note(context as AudioContext, pitch, at * NOTE_S * 1.3))
}

function note(audio: AudioContext, pitch: number, after: number): void {
  const [tone, gain] = [audio.createOscillator(), audio.createGain()]
  const start = audio.currentTime + after
  tone.frequency.value = pitch
  gain.gain.setValueAtTime(0.2, start)
  gain.gain.exponentialRampToValueAtTime(0.001, start + NOTE_S)
  tone.connect(gain).connect(audio.destination)
  tone.start(start)
  tone.stop(start + NOTE_S)
}
