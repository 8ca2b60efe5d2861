import '../look.css'
import 'uplot/dist/uPlot.min.css'
import './ops.css'
import App from './App.svelte'
import { mount } from 'svelte'

const target = document.getElementById('app')
if (target !== null) mount(App, { target })
