// What a device is called by people, from what its browser calls itself.

import { lang } from '../words'

const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'Mac'],
  [/Linux|X11/, 'Linux'],
]
const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser/, 'Samsung'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
]

/** `Chrome, Android`; a name that tells nothing stays as it is. */
export function deviceName(name: string): string {
  const of = (known: [RegExp, string][]): string | undefined => known.find(([like]) => like.test(name))?.[1]
  const parts = [of(BROWSERS), of(SYSTEMS)].filter((part) => part !== undefined)
  if (parts.length > 0) return parts.join(', ')
  return name === '' ? (lang() === 'vi' ? 'Máy lạ' : 'Unknown device') : name
}
