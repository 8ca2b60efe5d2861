import '../look.css'
import 'uplot/dist/uPlot.min.css'
import './ops.css'
import App from './App.svelte'
import { mount } from 'svelte'
import { words, type Words } from './words'

export function begin(these: Words): void {
  Object.assign(words, these)
  const target = document.getElementById('app')
  if (target !== null) mount(App, { target })
}
