import '../look.css'
import './host.css'
import { words as shared, type WhoWords } from '../who/words'
import App from './App.svelte'
import { mount } from 'svelte'
import { words, type Words } from './words'

export function begin(these: Words, ofWho: WhoWords): void {
  Object.assign(words, these)
  Object.assign(shared, ofWho)
  const target = document.getElementById('app')
  if (target !== null) mount(App, { target })
}
