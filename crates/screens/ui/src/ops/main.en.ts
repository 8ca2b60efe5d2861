import { begin } from './begin'
import { EN } from './en'

begin(EN)
