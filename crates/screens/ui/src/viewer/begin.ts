import '../look.css'
import { Sale } from './sale'
import { speak, type Texts } from './words'

export function begin(texts: Texts): void {
  speak(texts)
  const main = document.querySelector('main')
  if (main !== null) new Sale(main)
}
