import { begin } from './begin'
import { EN } from '../viewer/en'

begin(EN)
