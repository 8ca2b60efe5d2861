import '../look.css'
import { OrderPage } from './page'
import { speak, type Texts } from '../viewer/words'

export function begin(texts: Texts): void {
  speak(texts)
  const main = document.querySelector('main')
  if (main !== null) new OrderPage(main)
}
